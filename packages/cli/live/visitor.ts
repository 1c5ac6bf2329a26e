import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

/** What was answered; 101 for a WebSocket, which is closed again. */
export interface VisitorAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Headers that ask for a WebSocket. */
export const webSocket = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Asks what `genai open` has opened as a browser does, which takes every name below `localhost` for this machine. */
export async function visit(address: URL, path: string, headers: Record<string, string> = {}): Promise<VisitorAnswer> {
  const all = { Host: address.host, ...headers };
  const sent = request({ host: "127.0.0.1", port: address.port, path, headers: all, agent: false }).end();
  const found = Promise.withResolvers<VisitorAnswer>();
  const answer = ({ statusCode: status = 0, headers }: IncomingMessage, body: string) =>
    found.resolve({ status, headers, body });
  sent.on("error", found.reject);
  sent.on("response", (response) => text(response).then((body) => answer(response, body), found.reject));
  sent.on("upgrade", (response, socket) => {
    socket.destroy();
    answer(response, "");
  });
  return found.promise;
}

/** Comes by the address of a door and gives back the cookie for what follows. @throws {Error} If it gets none. */
export async function enter(address: URL): Promise<string> {
  const { status, headers } = await visit(address, address.pathname);
  const cookie = /^[\w-]+=[^;]+/.exec(headers["set-cookie"]?.[0] ?? "")?.[0];
  if (status !== 303 || !cookie) throw new Error(`The door answers ${status}`);
  return cookie;
}
