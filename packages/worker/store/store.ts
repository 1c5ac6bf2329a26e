import { createHash } from "node:crypto";

/** A piece of a document with its vector. */
export interface Chunk {
  content: string;
  vector: readonly number[];
}

/** A document as it is stored. */
export interface StoredDocument {
  /** What it is called in its source. */
  document: string;
  /** The pipeline or worker pool that wrote it. */
  writer: string;
  /** Hash of its text and of how it was cut and embedded: the same again means that nothing is to be done. */
  digest: string;
  chunks: readonly Chunk[];
}

/** A collection of a vector store. */
export interface VectorStore {
  /** The digest of each document of a writer that is stored whole. This is the checkpoint: it cannot disagree with the store. */
  digests(writer: string): Promise<Map<string, string>>;
  /** Puts a document in the place of what was stored of it; a reader sees the old one or the new one whole where the store can. */
  replace(document: StoredDocument): Promise<void>;
  /** Removes a document. */
  remove(writer: string, document: string): Promise<void>;
  close(): Promise<void>;
}

/** What a chunk carries beside its text; a document's chunks have all but `chunk` in common. */
export function metadataOf({ document, writer, digest, chunks }: StoredDocument, chunk: number) {
  return { document, chunk, chunks: chunks.length, digest, writer };
}

/** Number of a chunk in the form of a UUID. It follows from the chunk's place, so that writing it twice leaves it once. */
export function chunkId({ writer, document }: StoredDocument, chunk: number): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([writer, document, chunk]))
    .digest("hex");
  // Version 8 of RFC 9562: made by a rule of one's own.
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Digests of documents all of whose chunks are there, from counts by document and digest. */
export function wholeDocuments(
  rows: readonly { document: string; digest: string; chunks: number; count: number }[],
): Map<string, string> {
  const byDocument = Map.groupBy(rows, ({ document }) => document);
  const whole = rows.filter(
    ({ document, chunks, count }) => count === chunks && byDocument.get(document)?.length === 1,
  );
  return new Map(whole.map(({ document, digest }) => [document, digest]));
}
