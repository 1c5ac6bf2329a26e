import { request } from "node:http";
import { text } from "node:stream/consumers";
import { readProxyAccess } from "@genai/sandbox";

/** What was answered. */
export interface ProxyAnswer {
  status: number;
  body: string;
}

/**
 * Sends a request through a cluster's HTTP proxy: what runs in the cluster is reached under the names that it has there.
 * @param proxy `Cluster.proxy`, the file with its address and token.
 * @throws {Error} If nobody answers in time.
 */
export async function proxyRequest(
  proxy: string,
  url: string,
  options: { headers?: Record<string, string>; body?: unknown; timeoutSeconds?: number; signal?: AbortSignal } = {},
): Promise<ProxyAnswer> {
  const { address, username, password } = readProxyAccess(proxy);
  const { hostname, port } = new URL(address);
  const credentials = Buffer.from(`${username}:${password}`).toString("base64");
  const { headers = {}, body, timeoutSeconds = 30, signal } = options;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const sent = request({
    hostname,
    port,
    path: url,
    method: payload === undefined ? "GET" : "POST",
    headers: {
      Host: new URL(url).host,
      "Proxy-Authorization": `Basic ${credentials}`,
      ...(payload ? { "Content-Type": "application/json" } : {}),
      ...headers,
    },
    signal: AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), ...(signal ? [signal] : [])]),
  });
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sent.end(payload);
  });
}
