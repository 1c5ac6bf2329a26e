/**
 * Carries connections across the border of the node's network namespace, over Unix sockets, which namespaces of networks do not
 * separate. Run twice: `forwarder.ts outside …` on the host, `forwarder.ts inside …` in the namespace.
 */
import { rmSync } from "node:fs";
import { createServer as createHttpServer, request } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { isInside, nodeAddress } from "./addresses.ts";
import { nodeSockets } from "./paths.ts";

const [role, sockets = "", port = "0"] = process.argv.slice(2);
const paths = nodeSockets({ sockets });

if (role === "outside") {
  listen(
    createServer((client) => join(client, connect({ host: "127.0.0.1", port: Number(port) }))),
    paths.apiServer,
  );
  const egress = createHttpServer();
  egress.on("connect", ({ url = "" }, client: Socket, head: Buffer) => {
    const { hostname, port: wanted } = new URL(`http://${url}`);
    if (!isInside(hostname)) return established(client, head, connect({ host: hostname, port: Number(wanted) }));
    const asked = request({ socketPath: paths.inside, method: "CONNECT", path: url, agent: false });
    asked.on("connect", (_answer, server: Socket) => established(client, head, server, true));
    asked.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    asked.end();
  });
  listen(egress, paths.egress);
} else {
  for (const host of ["127.0.0.1", nodeAddress])
    createServer((client) => join(client, connect(paths.apiServer))).listen({ host, port: Number(port) });
  const inside = createHttpServer();
  inside.on("connect", ({ url = "" }, client: Socket, head: Buffer) => {
    const { hostname, port: wanted } = new URL(`http://${url}`);
    established(client, head, connect({ host: hostname, port: Number(wanted) }));
  });
  listen(inside, paths.inside);
}

function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createHttpServer>, path: string): void {
  rmSync(path, { force: true });
  server.listen(path);
}

/** Answers a CONNECT once the other side is there, and joins the two. */
function established(client: Socket, head: Buffer, server: Socket, connected = false): void {
  const begin = () => {
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) server.write(head);
    join(client, server);
  };
  if (connected) return begin();
  server.once("connect", begin);
  server.once("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
}

function join(one: Socket, other: Socket): void {
  one.on("error", () => other.destroy());
  other.on("error", () => one.destroy());
  one.pipe(other);
  other.pipe(one);
}
