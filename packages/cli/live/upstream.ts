import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { engines } from "@genai/catalog";

/** What a small model server was asked. */
export interface Asked {
  path: string;
  authorization: string;
  headers: IncomingHttpHeaders;
  /** The body as it came. */
  text: string;
  body: {
    model?: string;
    stream?: boolean;
    messages?: { role: string; content: unknown }[];
    instructions?: string;
    /** What an embedding model is asked: texts or tokens. */
    input?: unknown;
    encoding_format?: string;
    /** With `texts`: what a reranking model is asked. */
    query?: string;
    texts?: string[];
    metadata?: object;
  };
}

/** A small OpenAI-compatible server, which a test tells how to behave. */
export interface Upstream {
  endpoint: string;
  asked: Asked[];
  /** Requests that it still fails, with 503. */
  failures: number;
  /** Milliseconds until it answers. */
  delay: number;
  /** Answers in the server's place, where it returns true. */
  answer?: (asked: Asked, response: ServerResponse) => boolean;
  stop(): void;
}

/** Numbers as the bytes of 32-bit floats, as clients decode them. */
function base64Of(numbers: readonly number[]): string {
  return Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
}

/** A body as JSON; of what is none, nothing. */
function parsed(text: string): Asked["body"] {
  try {
    return JSON.parse(text) as Asked["body"];
  } catch {
    return {};
  }
}

/** Starts a server whose answers are its name. */
export async function startUpstream(name: string): Promise<Upstream> {
  const server = createServer((request, response) => {
    void (async () => {
      const { url: path = "", headers } = request;
      const raw = await text(request);
      const body = parsed(raw);
      const asked = { path, authorization: headers.authorization ?? "", headers, text: raw, body };
      upstream.asked.push(asked);
      if (upstream.answer?.(asked, response)) return;
      if (upstream.failures > 0) {
        upstream.failures--;
        response.writeHead(503, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: "overloaded" } }));
        return;
      }
      await delay(upstream.delay);
      const base = { id: "1", created: 1, model: body.model };
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      if (request.url === engines.tei.rerankPath) {
        // As Text Embeddings Inference: all texts, the longest first here, whatever else the request says.
        const scores = (body.texts ?? []).map(({ length }, index) => ({ index, score: length / 100 }));
        response.end(JSON.stringify(scores.toSorted((one, other) => other.score - one.score)));
      } else if (request.url?.endsWith("/embeddings")) {
        const texts = Array.isArray(body.input) && typeof body.input[0] !== "number" ? body.input : [body.input];
        const embedding = body.encoding_format === "base64" ? base64Of([1, 2, 3]) : [1, 2, 3];
        const data = texts.map((_, index) => ({ object: "embedding", index, embedding }));
        response.end(JSON.stringify({ ...base, object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
      } else if (request.url?.endsWith("/responses")) {
        const content = [{ type: "output_text", text: name, annotations: [] }];
        const output = [{ type: "message", id: "1", status: "completed", role: "assistant", content }];
        const counted = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
        const whole = { ...base, object: "response", created_at: 1, status: "completed", output, usage: counted };
        response.end(JSON.stringify(whole));
      } else if (request.url === "/v1/completions" && !body.stream) {
        const choices = [{ index: 0, finish_reason: "stop", text: name }];
        response.end(JSON.stringify({ ...base, object: "text_completion", choices, usage }));
      } else if (body.stream) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const content of [name, " says", " so"]) {
          const choices = [{ index: 0, delta: { role: "assistant", content } }];
          response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", choices })}\n\n`);
          await delay(50);
        }
        response.end("data: [DONE]\n\n");
      } else {
        const choices = [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: name } }];
        response.end(JSON.stringify({ ...base, object: "chat.completion", choices, usage }));
      }
    })();
  });
  const upstream: Upstream = {
    endpoint: "",
    asked: [],
    failures: 0,
    delay: 0,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  upstream.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return upstream;
}
