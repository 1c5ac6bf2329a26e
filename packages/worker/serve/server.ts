import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";

/** What the server of a worker answers from. */
export interface ServerOptions {
  port: number;
  registry: Registry;
  /** Whether it can work: answers `/readyz`. */
  isReady(): Promise<boolean>;
}

/**
 * Serves `/metrics`, `/healthz` (the process answers) and `/readyz` (it reaches what it works with). The two differ on purpose: a queue
 * that is away must not get every worker restarted.
 */
export function startServer({ port, registry, isReady }: ServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = async () => {
      switch (request.url) {
        case "/metrics":
          response.setHeader("content-type", registry.contentType);
          return response.end(await registry.metrics());
        case "/healthz":
          return response.end("ok\n");
        case "/readyz":
          response.statusCode = (await isReady()) ? 200 : 503;
          return response.end();
        default:
          response.statusCode = 404;
          return response.end();
      }
    };
    answer().catch(() => {
      response.statusCode = 503;
      response.end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve(server));
  });
}
