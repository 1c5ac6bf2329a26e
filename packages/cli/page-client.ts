import { proxyRequest, type ProxyRequest, shown } from "./proxy-request.ts";

/** A person on the page, as it knows them. */
export interface Account {
  id: string;
  token: string;
}

/** Open WebUI's API (0.12), as its own pages use it, by one person. */
export class PageClient {
  readonly #proxy: string;
  readonly #address: string;
  readonly #signal: AbortSignal | undefined;
  readonly #token: string | undefined;

  /** @param token Of who is signed in. @default nobody is */
  constructor(proxy: string, address: string, signal?: AbortSignal, token?: string) {
    this.#proxy = proxy;
    this.#address = address;
    this.#signal = signal;
    this.#token = token;
  }

  /** The same page, for who has this account. */
  as({ token }: Account): PageClient {
    return new PageClient(this.#proxy, this.#address, this.#signal, token);
  }

  /** The status of an answer, and what it says. */
  send(path: string, options: Pick<ProxyRequest, "body" | "method"> = {}) {
    return proxyRequest(this.#proxy, `${this.#address}/api${path}`, {
      ...options,
      headers: this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` },
      // The first document loads what reads documents.
      timeoutSeconds: 90,
      signal: this.#signal,
    });
  }

  /**
   * What an answer says.
   * @param what What is asked for, for an error's message.
   * @throws {Error} If it is refused.
   */
  async ask<Answer>(what: string, path: string, options?: Pick<ProxyRequest, "body" | "method">): Promise<Answer> {
    const answer = await this.send(path, options);
    if (answer.status !== 200) throw new Error(`${what}: it answers ${shown(answer)}`);
    return JSON.parse(answer.body) as Answer;
  }

  /** Adds an ordinary user, as an administrator. */
  async addUser(email: string, password: string): Promise<Account> {
    const body = { name: email, email, password, role: "user" };
    return this.ask("a new user", "/v1/auths/add", { body });
  }

  /** Removes a user, with everything that is theirs but files. */
  async removeUser(id: string): Promise<void> {
    await this.ask("removing a user", `/v1/users/${id}`, { method: "DELETE" });
  }

  /** Names of the models that a person may choose. */
  async models(): Promise<string[]> {
    const { data } = await this.ask<{ data: { id: string }[] }>("the list of models", "/models");
    return data.map(({ id }) => id);
  }

  /** The text of an answer. @param file Id of an attached document. @default none */
  async chat(model: string, content: string, file?: string): Promise<string> {
    const files = file === undefined ? {} : { files: [{ type: "file", id: file }] };
    const body = { model, stream: false, messages: [{ role: "user", content }], ...files };
    const answer = await this.ask<{ choices?: { message?: { content?: string } }[] }>("a chat", "/chat/completions", {
      body,
    });
    const text = answer.choices?.[0]?.message?.content;
    if (!text) throw new Error("a chat: its answer has no text");
    return text;
  }

  /** Attaches a document, once it is read and embedded. @returns Its id. */
  async attach(name: string, text: string): Promise<string> {
    const body = new FormData();
    body.append("file", new Blob([text], { type: "text/plain" }), name);
    const { id } = await this.ask<{ id: string }>("a document", "/v1/files/?process_in_background=false", { body });
    const { status } = await this.ask<{ status: string }>("a document", `/v1/files/${id}/process/status`);
    if (status === "completed") return id;
    const { data } = await this.ask<{ data?: { error?: string } }>("a document", `/v1/files/${id}`);
    await this.removeFile(id);
    throw new Error(`a document: it is ${status}: ${data?.error ?? "no reason given"}`);
  }

  /** What of an attached document is near a question. */
  async find(file: string, query: string): Promise<string> {
    const body = { collection_names: [`file-${file}`], query };
    const { documents } = await this.ask<{ documents: string[][] }>("a search", "/v1/retrieval/query/collection", {
      body,
    });
    return documents.flat().join("\n");
  }

  async removeFile(id: string): Promise<void> {
    await this.ask("removing a document", `/v1/files/${id}`, { method: "DELETE" });
  }
}
