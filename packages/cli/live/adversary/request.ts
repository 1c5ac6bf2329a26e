import { modelsOf, type Tenant } from "./tenants.ts";

/** Whose key a request carries; `nobody`'s is no key of the gateway's. */
export type KeyOwner = Tenant | "platform" | "nobody" | "none";

/** Keys of the besieged gateway. */
export const keys: Readonly<Record<Exclude<KeyOwner, "none">, string>> = {
  research: "sk-research-5f0c27a1e94b",
  support: "sk-support-b83d61f7720e",
  platform: "sk-platform-93ad40c5187f",
  nobody: "sk-nobody-e1776bb24d05",
};

/** A header, as it is written. */
export type Header = readonly [name: string, value: string];

/** What distinguishes a request from `POST /v1/chat/completions` with an ordinary body and research's key. */
export interface RequestParts {
  method?: string;
  target?: string;
  version?: string;
  key?: KeyOwner;
  /** Beside Host, Authorization, Content-Type and Content-Length. */
  headers?: readonly Header[];
  /** Instead of all of these. */
  onlyHeaders?: readonly Header[];
  contentType?: string;
  /** As JSON, unless it is text or bytes. @default none */
  body?: string | Buffer | object;
}

/** A request as bytes. */
export function requestBytes(parts: RequestParts): Buffer {
  const { method = "POST", target = "/v1/chat/completions", version = "HTTP/1.1", key = "research", body } = parts;
  const bytes = body === undefined ? Buffer.alloc(0) : bodyBytes(body);
  const usual: Header[] = [
    ["Host", "gateway"],
    ...(key === "none" ? [] : [["Authorization", `Bearer ${keys[key]}`] as const]),
    ...(body === undefined ? [] : [["Content-Type", parts.contentType ?? "application/json"] as const]),
    ...(body === undefined ? [] : [["Content-Length", String(bytes.length)] as const]),
    ...(parts.headers ?? []),
  ];
  const lines = (parts.onlyHeaders ?? usual).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${target} ${version}\r\n${lines.join("")}\r\n`), bytes]);
}

function bodyBytes(body: string | Buffer | object): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

/** What each route asks, by the path without `/v1`: with a tenant's own model it is answered. */
export const servedRoutes = {
  "/chat/completions": { kind: "chat", body: (mark: string) => ({ messages: [{ role: "user", content: mark }] }) },
  "/completions": { kind: "chat", body: (mark: string) => ({ prompt: mark }) },
  "/embeddings": { kind: "embeds", body: (mark: string) => ({ input: mark }) },
  "/rerank": { kind: "ranks", body: (mark: string) => ({ query: mark, documents: ["one", "two"] }) },
  "/responses": { kind: "chat", body: (mark: string) => ({ input: mark }) },
} as const;

/** Every path at which a model is asked. */
export const servedPaths: readonly string[] = Object.keys(servedRoutes).flatMap((route) => [route, `/v1${route}`]);

/** An ordinary body of a served path, for the model of that tenant's that answers there. */
export function ordinaryBody(path: string, mark: string, tenant: Tenant = "research"): { model: string } {
  const { kind, body } = servedRoutes[path.replace(/^\/v1/, "") as keyof typeof servedRoutes];
  return { model: modelsOf[tenant][kind], ...body(mark) };
}

/** The same bytes for a shell. */
export function reproduction(bytes: Buffer): string {
  const text = bytes.subarray(0, 4000).toString("latin1");
  const escaped = text.replace(/[^ -~]|[\\'%]/g, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
  const more = bytes.length > 4000 ? ` # and ${bytes.length - 4000} bytes more` : "";
  return `printf '%b' '${escaped}' | nc 127.0.0.1 $PORT${more}`;
}
