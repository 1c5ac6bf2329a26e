import { RefusedError } from "../queue/task.ts";
import type { Source } from "../source/source.ts";
import { digestOf, ingest, type IngestSettings } from "./ingest.ts";
import type { Journal } from "./journal.ts";
import { textOf } from "./parse.ts";

/** What a run came to, in documents. */
export interface RunSummary {
  /** Written because they are new or changed. */
  stored: number;
  /** Left as they are, because the store has them. */
  unchanged: number;
  /** Removed because the source has them no more. */
  removed: number;
  /** What was put aside, with the reason of each. */
  putAside: { document: string; reason: string }[];
}

/** What a run goes on with. */
export interface RunOptions extends IngestSettings {
  journal: Journal;
  signal?: AbortSignal;
  onDocument?(document: string, outcome: "stored" | "putAside", reason?: string): void;
}

/**
 * Brings a collection to what its source holds. What the store has already is passed over, so that a run which was cut off goes on
 * where it stopped; a document that is wrong is put aside and the rest goes on.
 * @throws {Error} If source, embedding server or store fail: the Job then tries again. Or if nothing but wrong documents was found.
 */
export async function runPipeline(source: Source, options: RunOptions): Promise<RunSummary> {
  const { store, writer, signal } = options;
  const summary: RunSummary = { stored: 0, unchanged: 0, removed: 0, putAside: [] };
  const known = await store.digests(writer);
  const seen = new Set<string>();
  for await (const { name, read } of source()) {
    signal?.throwIfAborted();
    seen.add(name);
    await one(name, read);
  }
  // A source that is empty is more likely broken than meant.
  for (const document of seen.size > 0 ? known.keys() : []) {
    if (seen.has(document)) continue;
    await store.remove(writer, document);
    summary.removed++;
  }
  if (summary.putAside.length > 0 && summary.putAside.length === seen.size)
    throw new Error(`every document was put aside, ${seen.size} in all; the first: ${summary.putAside[0]?.reason}`);
  return summary;

  async function one(name: string, read: () => Promise<Buffer>): Promise<void> {
    const { journal, onDocument } = options;
    if (journal.isDangerous(name)) return putAside(name, "ended the process each time that it was read");
    journal.began(name);
    try {
      const text = textOf(name, await read());
      if (known.get(name) === digestOf(text, options)) summary.unchanged++;
      else {
        await ingest(name, text, options, signal);
        summary.stored++;
        onDocument?.(name, "stored");
      }
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      putAside(name, error.message);
    } finally {
      journal.finished(name);
    }
  }

  function putAside(document: string, reason: string): void {
    summary.putAside.push({ document, reason });
    options.onDocument?.(document, "putAside", reason);
  }
}
