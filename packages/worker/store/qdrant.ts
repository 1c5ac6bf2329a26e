import pRetry from "p-retry";
import { chunkId, metadataOf, type StoredDocument, type VectorStore, wholeDocuments } from "./store.ts";

/** Where a Qdrant is. */
export interface QdrantSettings {
  /** `http://main:6333`. */
  url: string;
  apiKey: string;
  collection: string;
}

/** Points of one request. */
const pointsPerRequest = 256;

interface Payload {
  metadata: { document: string; digest: string; chunks: number };
}

/**
 * A collection of Qdrant. It has no transactions: new points are written first, and what is left of the old document is removed then. A
 * document that is cut off in between counts as not stored, and is written again.
 */
export class QdrantStore implements VectorStore {
  readonly #settings: QdrantSettings;

  constructor(settings: QdrantSettings) {
    this.#settings = settings;
  }

  async digests(writer: string): Promise<Map<string, string>> {
    const counts = new Map<string, { document: string; digest: string; chunks: number; count: number }>();
    let offset: unknown;
    do {
      const page: { points: { payload: Payload }[]; next_page_offset?: unknown } = await this.#request(
        "POST",
        "scroll",
        {
          filter: { must: [match("metadata.writer", writer)] },
          limit: pointsPerRequest * 4,
          with_payload: ["metadata"],
          ...(offset === undefined ? {} : { offset }),
        },
      );
      for (const { payload } of page.points) {
        const { document, digest, chunks } = payload.metadata;
        const key = JSON.stringify([document, digest]);
        const count = (counts.get(key)?.count ?? 0) + 1;
        counts.set(key, { document, digest, chunks, count });
      }
      offset = page.next_page_offset ?? undefined;
    } while (offset !== undefined);
    return wholeDocuments([...counts.values()]);
  }

  async replace(document: StoredDocument): Promise<void> {
    const points = document.chunks.map(({ content, vector }, chunk) => ({
      id: chunkId(document, chunk),
      vector,
      payload: { content, metadata: metadataOf(document, chunk) },
    }));
    for (let first = 0; first < points.length; first += pointsPerRequest)
      await this.#request("PUT", "", { points: points.slice(first, first + pointsPerRequest) });
    const older = [match("metadata.digest", document.digest)];
    await this.#delete(document.writer, document.document, older);
  }

  async remove(writer: string, document: string): Promise<void> {
    await this.#delete(writer, document, []);
  }

  async close(): Promise<void> {}

  async #delete(writer: string, document: string, mustNot: object[]): Promise<void> {
    const filter = {
      must: [match("metadata.writer", writer), match("metadata.document", document)],
      must_not: mustNot,
    };
    await this.#request("POST", "delete", { filter });
  }

  #request<Result>(method: string, path: string, body: object): Promise<Result> {
    const { url, apiKey, collection } = this.#settings;
    const place = `collections/${encodeURIComponent(collection)}/points${path && `/${path}`}`;
    const address = new URL(`${place}${path === "scroll" ? "" : "?wait=true"}`, url);
    return pRetry(
      async () => {
        const response = await fetch(address, {
          method,
          headers: { "content-type": "application/json", "api-key": apiKey },
          body: JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`Qdrant answered ${response.status} to ${method} ${address.pathname}`);
        return ((await response.json()) as { result: Result }).result;
      },
      { retries: 5, minTimeout: 500 },
    );
  }
}

function match(key: string, value: string) {
  return { key, match: { value } };
}
