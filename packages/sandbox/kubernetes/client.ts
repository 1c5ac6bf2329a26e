export { KubernetesError } from "./errors.ts";
import { readFileSync } from "node:fs";
import { Agent, type AgentOptions, request as httpsRequest } from "node:https";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { IncomingMessage } from "node:http";
import { parse } from "yaml";
import { type ApiResource, Discovery } from "./discovery.ts";
import { KubernetesError, UnreachableError } from "./errors.ts";

export interface RequestOptions {
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  query?: Record<string, string>;
  signal?: AbortSignal;
}

export interface WatchEvent<T> {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: T;
}

interface Kubeconfig {
  "current-context": string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: {
    name: string;
    cluster: { server: string; "certificate-authority"?: string; "certificate-authority-data"?: string };
  }[];
  users: { name: string; user: Record<string, string | undefined> }[];
}

/** Enough to keep a small API server busy; each costs a handshake. */
const maximumConnections = 64;

/** How often a request that may be repeated is tried before its error counts. */
const maximumAttempts = 5;

/** A client of one API server by client certificate: all that the sandbox's own cluster needs. */
export class KubernetesClient {
  readonly context: string;
  readonly server: string;
  readonly #agent: Agent;
  /** Watches hold their connections for long; with a limit they would keep requests out for good. */
  readonly #watchAgent: Agent;
  readonly #discovery: Discovery;

  private constructor(context: string, server: string, credentials: AgentOptions) {
    this.context = context;
    this.server = server;
    this.#agent = new Agent({ ...credentials, keepAlive: true, maxSockets: maximumConnections });
    this.#watchAgent = new Agent(credentials);
    this.#discovery = new Discovery((path) => this.request("GET", path));
  }

  /**
   * @param context Default: the file's current context.
   * @throws {Error} If the file has no such context.
   */
  static fromKubeconfig(path: string, context?: string): KubernetesClient {
    return KubernetesClient.fromText(readFileSync(path, "utf8"), context, path);
  }

  /** Like `fromKubeconfig`, from the content of such a file; `source` is what errors call it. */
  static fromText(content: string, context?: string, source = "The kubeconfig"): KubernetesClient {
    const config = parse(content) as Kubeconfig;
    const name = context ?? config["current-context"];
    const chosen = config.contexts?.find((candidate) => candidate.name === name)?.context;
    const cluster = config.clusters?.find((candidate) => candidate.name === chosen?.cluster)?.cluster;
    const user = config.users?.find((candidate) => candidate.name === chosen?.user)?.user ?? {};
    if (!cluster) throw new Error(`${source} has no context "${name}".`);
    const credentials = {
      ca: pem(cluster["certificate-authority-data"], cluster["certificate-authority"]),
      cert: pem(user["client-certificate-data"], user["client-certificate"]),
      key: pem(user["client-key-data"], user["client-key"]),
    };
    return new KubernetesClient(name, cluster.server, credentials);
  }

  /**
   * Sends a request and returns the parsed answer. Reads, applies and deletes are tried again on a broken connection, on 429 and
   * on 5xx; a POST is not, since it may have worked.
   *
   * @throws {KubernetesError} If the API server refuses.
   * @throws {UnreachableError} If it does not answer.
   */
  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await this.#send(method, path, options);
        const body = await text(response);
        const value: unknown = body.startsWith("{") ? JSON.parse(body) : body;
        if ((response.statusCode ?? 500) < 300) return value as T;
        throw new KubernetesError(response.statusCode ?? 500, value);
      } catch (error) {
        options.signal?.throwIfAborted();
        const mayRepeat = method !== "POST" && attempt < maximumAttempts && isTransient(error);
        if (!mayRepeat) throw error instanceof KubernetesError ? error : new UnreachableError(this.server, error);
        await sleep(100 * 2 ** attempt, undefined, { signal: options.signal });
      }
    }
  }

  /** Watches a collection; ends when the server closes the stream. `query` usually carries a resourceVersion. */
  async *watch<T>(path: string, query: Record<string, string>, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const options = { query: { ...query, watch: "true" }, signal };
    const response = await this.#send("GET", path, options, this.#watchAgent);
    if (response.statusCode !== 200)
      throw new KubernetesError(response.statusCode ?? 500, JSON.parse(await text(response)));
    for await (const line of createInterface({ input: response })) yield JSON.parse(line) as WatchEvent<T>;
  }

  /** Where objects of a kind live, as the API server says. @throws {KubernetesError} 404 if it serves no such kind. */
  resourceFor(apiVersion: string, kind: string): Promise<ApiResource> {
    return this.#discovery.find(apiVersion, kind);
  }

  /** Ends all connections. */
  close(): void {
    this.#agent.destroy();
    this.#watchAgent.destroy();
  }

  #send(method: string, path: string, options: RequestOptions, agent = this.#agent): Promise<IncomingMessage> {
    const url = new URL(path, this.server);
    for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value);
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) {
      headers["Content-Type"] = options.contentType ?? "application/json";
      // Node adds no length to the body of a DELETE, and the server then takes that body for the connection's next request.
      headers["Content-Length"] = String(Buffer.byteLength(body));
    }
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(url, { method, agent, headers, signal: options.signal }, resolve);
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

function pem(data: string | undefined, file: string | undefined): string | Buffer | undefined {
  if (data) return Buffer.from(data, "base64");
  return file ? readFileSync(file) : undefined;
}

function isTransient(error: unknown): boolean {
  return error instanceof KubernetesError ? error.status === 429 || error.status >= 500 : true;
}
