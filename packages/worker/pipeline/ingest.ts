import { createHash } from "node:crypto";
import type { VectorStore } from "../store/store.ts";
import { chunksOf } from "./chunk.ts";
import type { Embedder } from "./embedder.ts";

/** How texts become chunks of a collection. */
export interface IngestSettings {
  embedder: Embedder;
  store: VectorStore;
  /** Who writes: the pipeline or pool of workers. */
  writer: string;
  /** Name of the embedding model; another one makes every document new. */
  model: string;
  /** Tokens of each chunk at most. */
  chunkTokens: number;
}

/** Hash of a text and of how it is stored. */
export function digestOf(text: string, { model, chunkTokens }: Pick<IngestSettings, "model" | "chunkTokens">): string {
  return createHash("sha256")
    .update(JSON.stringify([text, model, chunkTokens]))
    .digest("hex");
}

/** Cuts a text, embeds it and stores it in the place of what was stored of the document; returns the number of chunks. */
export async function ingest(
  document: string,
  text: string,
  settings: IngestSettings,
  signal?: AbortSignal,
): Promise<number> {
  const { embedder, store, writer, chunkTokens } = settings;
  const contents = await chunksOf(text, chunkTokens, (texts) => embedder.tokenize(texts, signal));
  const vectors = await embedder.embed(contents, signal);
  const chunks = contents.map((content, index) => ({ content, vector: vectors[index] ?? [] }));
  await store.replace({ document, writer, digest: digestOf(text, settings), chunks });
  return chunks.length;
}
