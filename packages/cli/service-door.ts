import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { ProxyAccess } from "@genai/sandbox";
import { createProxyServer } from "httpxy";

/** A service of the cluster on a loopback port, for one browser. */
export interface ServiceDoor {
  /** What to open: good for the first visit only, which gets a cookie for the next ones. */
  address: string;
  close(): Promise<void>;
}

/** How long a service may be silent, such as a model that thinks, in milliseconds. */
const patience = 600_000;
const cookieName = "genai-open";
const entrance = "/.genai-open/";

/**
 * Opens a loopback port that leads to one service, with WebSockets. Other users of the machine can connect to it too, so whoever has
 * not come by the address is refused.
 * @param name Becomes part of the address.
 * @param endpoint The service's address in the cluster.
 */
export async function openServiceDoor(name: string, endpoint: string, proxy: ProxyAccess): Promise<ServiceDoor> {
  // A name that nobody can guess: browsers send cookies of 127.0.0.1 to every port of it, whoever listens there.
  const hostname = `${name.slice(0, 40)}-${randomBytes(8).toString("hex")}.localhost`;
  const session = randomBytes(32).toString("base64url");
  let ticket: string | undefined = randomBytes(32).toString("base64url");

  const through = new URL(proxy.address);
  through.username = proxy.username;
  through.password = proxy.password;
  const agent = new Agent({ keepAlive: true, proxyEnv: { http_proxy: through.href } });
  const settings = { target: endpoint, agent, changeOrigin: true, autoRewrite: true, proxyTimeout: patience };
  const service = createProxyServer(settings);

  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (request.method === "GET" && path.startsWith(entrance) && isHere(request)) {
      if (!ticket || !equal(path.slice(entrance.length), ticket)) return void refuse(response.socket);
      ticket = undefined;
      const cookie = `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
      response.writeHead(303, { Location: "/", "Set-Cookie": cookie, "Cache-Control": "no-store" }).end();
      return;
    }
    if (!admit(request)) return void refuse(response.socket);
    service.web(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response.socket, 502);
    });
  });
  server.on("upgrade", (request, socket: Duplex, head) => {
    // Nobody else listens from here on, and a stranger who hangs up must not end the door.
    socket.on("error", () => socket.destroy());
    if (!admit(request)) return void refuse(socket);
    service.ws(request, socket as never, settings, head).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://${hostname}:${port}`;

  const isHere = ({ headers }: IncomingMessage) => headers.host === `${hostname}:${port}`;

  /** Whether a request comes from the browser that came by the address; it is then made one of the service's own. */
  function admit(request: IncomingMessage): boolean {
    const { headers } = request;
    if (!isHere(request) || (headers.origin !== undefined && headers.origin !== origin)) return false;
    const cookies = (headers.cookie ?? "").split(/; */);
    const own = cookies.filter((each) => each.startsWith(`${cookieName}=`));
    if (own.length !== 1 || !equal(own[0] ?? "", `${cookieName}=${session}`)) return false;
    const rest = cookies.filter((each) => !own.includes(each)).join("; ");
    if (rest) headers.cookie = rest;
    else delete headers.cookie;
    // It was checked, and a service that knows its public address only would refuse it.
    delete headers.origin;
    return true;
  }

  return {
    address: `${origin}${entrance}${ticket}`,
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, "close");
    },
  };
}

/** Says no, whatever has been said on the connection, and ends it. */
function refuse(socket: Duplex | null, status: 401 | 502 = 401): void {
  const reason =
    status === 401
      ? "This address is good for one browser, once. Get a new one: npx genai open"
      : "The service does not answer.";
  socket?.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length}\r\nConnection: close\r\n\r\n${reason}`,
  );
}

/** Compares in a time that tells nothing. */
function equal(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
