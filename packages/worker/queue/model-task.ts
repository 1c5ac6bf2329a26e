import { RefusedError, type Task } from "./task.ts";

/** The model that answers. */
export interface ModelSettings {
  /** Base URL of its OpenAI-compatible API, `http://chat:8000/v1`. */
  url: string;
  apiKey: string;
  /** Name that it is served under; takes the place of the message's own. */
  model: string;
}

/** Asks a model: the message is the body of a chat completion, and the answer is the model's. */
export class ModelTask implements Task {
  readonly #settings: ModelSettings;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
  }

  async run(body: string, signal: AbortSignal): Promise<string> {
    const { url, apiKey, model } = this.#settings;
    const response = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      // Nobody reads a stream here.
      body: JSON.stringify({ ...parsed(body), model, stream: false }),
      signal,
    });
    const answer = await response.text();
    if (response.ok) return answer;
    const message = `the model answered ${response.status}`;
    // Asked wrongly; anything else is the server's state, or the key's.
    throw [400, 404, 413, 422].includes(response.status) ? new RefusedError(message) : new Error(message);
  }

  async close(): Promise<void> {}
}

function parsed(body: string): object {
  try {
    const value = JSON.parse(body) as { messages?: unknown } | null;
    if (value && Array.isArray(value.messages)) return value;
  } catch {
    // Said below.
  }
  throw new RefusedError('is not the body of a chat completion: {"messages": […]}');
}
