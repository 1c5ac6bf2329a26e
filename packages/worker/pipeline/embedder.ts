import pRetry, { AbortError } from "p-retry";
import { RefusedError } from "../queue/task.ts";
import type { TokenPlace } from "./chunk.ts";

/** Where texts become vectors. */
export interface EmbedderSettings {
  /** Base URL of the OpenAI-compatible API, `http://documents:8080/v1`. */
  url: string;
  apiKey: string;
  model: string;
  /** Elements of each vector. */
  dimension: number;
  /** How often a request is tried again where the server is busy or away. @default 6, some two minutes */
  retries?: number;
}

/** Texts of one request: what Text Embeddings Inference takes where nothing else is said (`--max-client-batch-size`). */
const textsPerRequest = 32;

/** A client of an embedding server. */
export class Embedder {
  readonly #settings: EmbedderSettings;

  constructor(settings: EmbedderSettings) {
    this.#settings = settings;
  }

  /** One vector for each text, in their order. */
  async embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]> {
    const { url, model, dimension } = this.#settings;
    const vectors: number[][] = [];
    for (let first = 0; first < texts.length; first += textsPerRequest) {
      const input = texts.slice(first, first + textsPerRequest);
      const { data } = await this.#post<{ data: { index: number; embedding: number[] }[] }>(
        `${url}/embeddings`,
        { model, input, encoding_format: "float" },
        signal,
      );
      for (const { embedding } of data.toSorted((one, other) => one.index - other.index)) {
        // A server of another model: writing its vectors would spoil the collection.
        if (embedding.length !== dimension)
          throw new Error(`${model} gave a vector of ${embedding.length} elements; the collection has ${dimension}`);
        vectors.push(embedding);
      }
    }
    if (vectors.length !== texts.length)
      throw new Error(`${model} gave ${vectors.length} vectors for ${texts.length} texts`);
    return vectors;
  }

  /** The places of each text's tokens, as the model itself finds them. */
  async tokenize(texts: readonly string[], signal?: AbortSignal): Promise<TokenPlace[][]> {
    const address = new URL("/tokenize", this.#settings.url).href;
    const body = { inputs: texts, add_special_tokens: false };
    const answer = await this.#post<{ start: number | null; stop: number | null }[][]>(address, body, signal);
    return answer.map((tokens) => tokens.map(({ start, stop }) => ({ start: start ?? 0, stop: stop ?? 0 })));
  }

  #post<Answer>(address: string, body: object, signal?: AbortSignal): Promise<Answer> {
    const { apiKey, retries = 6 } = this.#settings;
    return pRetry(
      async () => {
        const response = await fetch(address, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
          body: JSON.stringify(body),
          signal: signal ?? null,
        });
        if (response.ok) return (await response.json()) as Answer;
        await response.body?.cancel();
        const message = `the embedding server answered ${response.status}`;
        // What the server says of the text itself; a wrong key is not the text's fault.
        if ([400, 413, 422].includes(response.status)) throw new RefusedError(message);
        // Busy or away: worth another try. Anything else, such as a wrong key, stays as it is.
        throw response.status === 429 || response.status >= 500 ? new Error(message) : new AbortError(message);
      },
      {
        retries,
        minTimeout: 500,
        maxTimeout: 60_000,
        ...(signal && { signal }),
        shouldRetry: ({ error }) => !(error instanceof RefusedError),
      },
    );
  }
}
