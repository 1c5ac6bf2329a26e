import { ingest, type IngestSettings } from "../pipeline/ingest.ts";
import { RefusedError, type Task } from "./task.ts";

/** Stores a document in a collection: the message is `{"document": "<name>", "text": "…"}`, and the answer says how many chunks it has. */
export class EmbedTask implements Task {
  readonly #settings: IngestSettings;

  constructor(settings: IngestSettings) {
    this.#settings = settings;
  }

  async run(body: string, signal: AbortSignal): Promise<string> {
    const { document, text } = parsed(body);
    const chunks = await ingest(document, text, this.#settings, signal);
    return JSON.stringify({ document, chunks });
  }

  close(): Promise<void> {
    return this.#settings.store.close();
  }
}

function parsed(body: string): { document: string; text: string } {
  try {
    const { document, text } = JSON.parse(body) as Record<string, unknown>;
    if (typeof document === "string" && document && typeof text === "string" && text.trim()) return { document, text };
  } catch {
    // Said below.
  }
  throw new RefusedError('is not {"document": "<name>", "text": "<text>"}');
}
