import { RefusedError } from "../queue/task.ts";

/** A document before it is read. */
export interface SourceDocument {
  /** What identifies it in its source: a path, a key, an address. Stays the same from run to run. */
  name: string;
  /** Reads it, at most `maximumDocumentBytes`. */
  read(): Promise<Buffer>;
}

/** Lists the documents of a source. */
export type Source = () => AsyncIterable<SourceDocument>;

/** Largest document that is read, in bytes; a larger one is put aside. 20 MiB of text are some 5 million tokens. */
export const maximumDocumentBytes = 20 * 2 ** 20;

/** @throws {RefusedError} If a document of so many bytes is too large to be read. */
export function refuseLarge(bytes: number): void {
  if (bytes > maximumDocumentBytes) throw new RefusedError(`has ${bytes} bytes, more than ${maximumDocumentBytes}`);
}

/** Endings of names that are documents of text; all else in a source is passed over. */
export const documentName = /\.(txt|text|md|markdown|html?)$/i;
