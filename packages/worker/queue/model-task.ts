import pRetry from "p-retry";
import { RefusedError, type Task } from "./task.ts";

/** The server is away, busy or has another key: no message's fault, and none uses up a delivery for it. */
class AwayError extends Error {}

const awayStatuses = [401, 403, 429, 502, 503, 504];

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

  /** Waits as long as the server is away, as it is while it loads: the message stays this worker's meanwhile. */
  async run(body: string, signal: AbortSignal): Promise<string> {
    // Nobody reads a stream here.
    const asked = JSON.stringify({ ...parsed(body), model: this.#settings.model, stream: false });
    return pRetry(() => this.#ask(asked, signal), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 1_000,
      maxTimeout: 30_000,
      signal,
      shouldRetry: ({ error }) => error instanceof AwayError,
    });
  }

  async #ask(body: string, signal: AbortSignal): Promise<string> {
    const { url, apiKey } = this.#settings;
    const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${url}/chat/completions`, { method: "POST", headers, body, signal }).catch(
      (error: unknown) => {
        throw isUnreachable(error) ? new AwayError("the model cannot be reached", { cause: error }) : error;
      },
    );
    const answer = await response.text();
    if (response.ok) return answer;
    const message = `the model answered ${response.status}`;
    if (awayStatuses.includes(response.status)) throw new AwayError(message);
    // Asked wrongly; anything else is the server's state.
    throw [400, 404, 413, 422].includes(response.status) ? new RefusedError(message) : new Error(message);
  }

  async close(): Promise<void> {}
}

/** Whether nobody was there to ask; a server that took the question and then was silent is another matter. */
function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return ["ECONNREFUSED", "EHOSTUNREACH", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(
    cause?.code ?? "",
  );
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
