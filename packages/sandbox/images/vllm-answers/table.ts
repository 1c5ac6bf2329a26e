import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

/** A request, and how vLLM answers it: recorded by `record.py` from vLLM itself. */
export interface Case {
  name: string;
  method: string;
  path: string;
  /** Beyond the key and the type of the content; null: without this one. */
  headers?: Record<string, string | null>;
  /** Sent as JSON; `word×3` in it stands for three words. */
  body?: unknown;
  /** Sent as it is, a byte a character. */
  raw?: string;
  status: number;
  /** The `Allow` header of the answer. */
  allow?: string;
  /** Undefined where the answer is the model's. A message that a stand-in cannot repeat is left out. */
  answer?: { error?: string | Record<string, unknown>; [name: string]: unknown } | null;
  /** Where in vLLM's source the refusal is. */
  source?: string;
}

/** The key with which a test starts a server. */
export const testKey = "test-key";

/** What the recorded server was told; whoever is compared with it is told the same. */
export const recordedSettings = {
  model: "/models/qwen",
  "served-model-name": ["chat", "Qwen/Qwen3-8B"],
  "max-model-len": 8192,
  "override-generation-config": '{"max_new_tokens":1024}',
  "enable-lora": true,
  "lora-modules": ["legal=/adapters/legal"],
  "max-loras": 1,
};

/** What vLLM serves and its stand-in does not: it says so with 501. */
export const notServed = [
  "/docs",
  "/redoc",
  "/openapi.json",
  "/v1/messages",
  "/v1/chat/completions/batch",
  "/scale_elastic_ep",
];

export function recordedCases(): Case[] {
  const lines = readFileSync(join(import.meta.dirname, "answers.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Case);
}

/** How a server's answers differ from vLLM's, a line each. */
export async function differences(port: number): Promise<string[]> {
  const found: string[] = [];
  for (const each of recordedCases()) {
    const difference = differs(each, await answerTo(each, port));
    if (difference) found.push(`${each.name} (${each.method} ${each.path}): ${difference}`);
  }
  return found;
}

/** What a server said. */
export interface Answer {
  status: number;
  allow: string | undefined;
  text: string;
}

/** Sends exactly the recorded bytes and path, which `fetch` would tidy up. */
export function answerTo({ method, path, headers, body, raw }: Case, port: number): Promise<Answer> {
  const text = raw ?? (body === undefined ? undefined : expanded(JSON.stringify(body)));
  const content = text === undefined ? undefined : Buffer.from(text, raw === undefined ? "utf8" : "latin1");
  const all = {
    authorization: `Bearer ${testKey}`,
    ...(content && { "content-type": "application/json", "content-length": String(content.length) }),
    ...headers,
  };
  const given = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers: given, timeout: 30_000 }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, allow: headers.allow, text: Buffer.concat(parts).toString() });
      });
    });
    sent.on("timeout", () => resolve({ status: 0, allow: undefined, text: "no answer" }));
    sent.on("error", reject);
    sent.end(content);
  });
}

function expanded(json: string): string {
  return json.replace(/"word×(\d+)"/g, (_, count: string) => JSON.stringify("word ".repeat(Number(count))));
}

function differs({ path, status, allow, answer }: Case, given: Answer): string | undefined {
  if (notServed.includes(path) && status !== 401 && status !== 405) {
    if (given.status !== 501) return `${given.status} rather than 501`;
    return;
  }
  if (given.status !== status) return `${given.status} rather than ${status}: ${given.text.slice(0, 300)}`;
  if (given.allow !== allow) return `Allow is ${given.allow} rather than ${allow}`;
  // An error within a stream is an event.
  const text = given.text.replace(/^data: (.*)[^]*/, "$1");
  if (!answer) return /^\{"error"/.test(text) ? `an error: ${text}` : undefined;
  const found = JSON.parse(text) as NonNullable<Case["answer"]>;
  if (typeof answer.error !== "object") {
    return JSON.stringify(found) === JSON.stringify(answer)
      ? undefined
      : `${text} rather than ${JSON.stringify(answer)}`;
  }
  const error = found.error as Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(answer.error))
    if (error?.[name] !== value) return `${name} is ${String(error?.[name])} rather than ${String(value)}`;
}
