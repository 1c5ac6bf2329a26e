import { request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { readProxyAccess } from "@genai/sandbox";

/** What was answered. */
export interface ProxyAnswer {
  status: number;
  body: string;
}

/** What a request sends, and how long its answer may take. */
export interface ProxyRequest {
  headers?: Record<string, string>;
  /** A form, or what is sent as JSON. @default nothing */
  body?: unknown;
  /** @default POST with a body, GET without */
  method?: string;
  /** @default 30 */
  timeoutSeconds?: number;
  signal?: AbortSignal;
}

/**
 * Sends a request through a cluster's HTTP proxy: what runs in the cluster is reached under the names that it has there.
 * @param proxy `Cluster.proxy`, the file with its address and token.
 * @throws {Error} If nobody answers in time.
 */
export async function proxyRequest(proxy: string, url: string, options: ProxyRequest = {}): Promise<ProxyAnswer> {
  const { address, username, password } = readProxyAccess(proxy);
  const { hostname, port } = new URL(address);
  const credentials = Buffer.from(`${username}:${password}`).toString("base64");
  const { headers = {}, body, timeoutSeconds = 30, signal } = options;
  const payload = await payloadOf(body);
  const sent = request({
    hostname,
    port,
    path: url,
    method: options.method ?? (payload ? "POST" : "GET"),
    headers: {
      Host: new URL(url).host,
      "Proxy-Authorization": `Basic ${credentials}`,
      ...(payload && { "Content-Type": payload.type }),
      ...headers,
    },
    signal: AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), ...(signal ? [signal] : [])]),
  });
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sent.end(payload?.bytes);
  });
}

async function payloadOf(body: unknown): Promise<{ type: string; bytes: Buffer } | undefined> {
  if (body === undefined) return undefined;
  if (!(body instanceof FormData)) return { type: "application/json", bytes: Buffer.from(JSON.stringify(body)) };
  const form = new Response(body);
  return { type: form.headers.get("content-type") ?? "", bytes: Buffer.from(await form.arrayBuffer()) };
}

/** How long a Service may take to find its Pods after they became Ready, in seconds, as after a cluster was started again. */
const reachableSeconds = 30;

/** Asks again while the proxy says that nobody is there. */
export function onceReachable(send: () => Promise<ProxyAnswer>, signal?: AbortSignal): Promise<ProxyAnswer> {
  return whileAnswering(502, send, { seconds: reachableSeconds, signal });
}

/**
 * Asks again while the answer has a status that passes by itself.
 * @param options For how long, and what to call before the first wait.
 */
export async function whileAnswering(
  status: number,
  send: () => Promise<ProxyAnswer>,
  { seconds, onWait, signal }: { seconds: number; onWait?: () => void; signal?: AbortSignal },
): Promise<ProxyAnswer> {
  const deadline = Date.now() + seconds * 1000;
  for (let first = true; ; first = false) {
    const answer = await send();
    if (answer.status !== status || Date.now() > deadline) return answer;
    if (first) onWait?.();
    await delay(500, undefined, { signal });
  }
}

/** An answer that was not expected, in a line. */
export function shown({ status, body }: ProxyAnswer): string {
  return `${status} ${body.trim().slice(0, 120)}`.trim();
}
