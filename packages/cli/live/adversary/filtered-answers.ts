import type { Place } from "./filtered-places.ts";

const chat = {
  target: "/v1/chat/completions",
  question: { model: "chat", messages: [{ role: "user", content: "Hello" }] },
};
const completion = { target: "/v1/completions", question: { model: "chat", prompt: "Hello" } };
const responses = { target: "/v1/responses", question: { model: "chat", input: "Hello" } };
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const base = { id: "1", created: 1, model: "chat", usage };

/** A question, and what its model's server answers with a text in some place. */
export interface AnsweredPlace {
  target: ReturnType<Place>["target"];
  question: object;
  answer: (text: string) => object;
}

const message = (members: object) => ({
  ...base,
  object: "chat.completion",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "x", ...members } }],
});
const item = (output: object) => ({
  id: "resp_1",
  object: "response",
  created_at: 1,
  status: "completed",
  model: "chat",
  output: [output],
  usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
});
const called = (name: string, text: string) => ({
  content: null,
  tool_calls: [{ id: "call_1", type: "function", function: { name, arguments: text } }],
});

/** Where a text stands in an answer that is not streamed. */
export const answers: Readonly<Record<string, AnsweredPlace>> = {
  "a message": { ...chat, answer: (content) => message({ content }) },
  "a second choice": {
    ...chat,
    answer: (content) => {
      const whole = message({});
      return {
        ...whole,
        choices: [...whole.choices, { index: 1, finish_reason: "stop", message: { role: "assistant", content } }],
      };
    },
  },
  reasoning: { ...chat, answer: (text) => message({ reasoning_content: text }) },
  "arguments of a call": { ...chat, answer: (text) => message(called("look", JSON.stringify({ to: text }))) },
  "a completion": {
    ...completion,
    answer: (text) => ({ ...base, object: "text_completion", choices: [{ index: 0, finish_reason: "stop", text }] }),
  },
  "an output text": {
    ...responses,
    answer: (text) =>
      item({
        type: "message",
        id: "m",
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text, annotations: [] }],
      }),
  },
  "a call of responses": {
    ...responses,
    answer: (text) =>
      item({
        type: "function_call",
        id: "f",
        call_id: "c",
        name: "look",
        status: "completed",
        arguments: JSON.stringify({ to: text }),
      }),
  },
};

/** A question whose answer is streamed, the events with a text in pieces, and what a client reads of it. */
export interface StreamedPlace {
  target: string;
  question: object;
  events: (pieces: readonly string[]) => string[];
  written: (body: string) => string;
}

const event = (data: object, name?: string) => `${name ? `event: ${name}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
const done = "data: [DONE]\n\n";

function chunks(delta: (piece: string, first: boolean) => object, finish = "stop") {
  const chunk = { id: "1", object: "chat.completion.chunk", created: 1, model: "chat" };
  return (pieces: readonly string[]) => [
    ...pieces.map((piece, at) =>
      event({ ...chunk, choices: [{ index: 0, delta: delta(piece, at === 0), finish_reason: null }] }),
    ),
    event({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: finish }] }),
    done,
  ];
}

interface Chunk {
  choices?: {
    text?: string;
    delta?: { content?: string; reasoning_content?: string; tool_calls?: { function?: { arguments?: string } }[] };
  }[];
  type?: string;
  delta?: string;
}

/** What the events of a body say, one after the other. */
function read(body: string, of: (chunk: Chunk) => string | null | undefined): string {
  const lines = body.split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => of(JSON.parse(line.slice(6)) as Chunk) ?? "").join("");
}

const calls = (piece: string, first: boolean) => ({
  tool_calls: [
    {
      index: 0,
      ...(first && { id: "call_1", type: "function" }),
      function: { ...(first && { name: "look" }), arguments: piece },
    },
  ],
});

/** Where a text stands in a stream. */
export const streams: Readonly<Record<string, StreamedPlace>> = {
  "a message": {
    target: chat.target,
    question: { ...chat.question, stream: true },
    events: chunks((content, first) => ({ ...(first && { role: "assistant" }), content })),
    written: (body) => read(body, ({ choices }) => choices?.[0]?.delta?.content),
  },
  reasoning: {
    target: chat.target,
    question: { ...chat.question, stream: true },
    events: chunks((piece) => ({ reasoning_content: piece })),
    written: (body) => read(body, ({ choices }) => choices?.[0]?.delta?.reasoning_content),
  },
  "arguments of a call": {
    target: chat.target,
    question: { ...chat.question, stream: true, tools: [{ type: "function", function: { name: "look" } }] },
    events: chunks(calls, "tool_calls"),
    written: (body) => read(body, ({ choices }) => choices?.[0]?.delta?.tool_calls?.[0]?.function?.arguments),
  },
  "a completion": {
    target: completion.target,
    question: { ...completion.question, stream: true },
    events: (pieces) => [
      ...pieces.map((text) =>
        event({ ...base, object: "text_completion", choices: [{ index: 0, text, finish_reason: null }] }),
      ),
      done,
    ],
    written: (body) => read(body, ({ choices }) => choices?.[0]?.text),
  },
  "an output text": {
    target: responses.target,
    question: { ...responses.question, stream: true },
    events: (pieces) => {
      const text = pieces.join("");
      const part = { type: "output_text", text, annotations: [] };
      const whole = { type: "message", id: "m", status: "completed", role: "assistant", content: [part] };
      const at = { item_id: "m", output_index: 0, content_index: 0 };
      const response = item(whole);
      return [
        event(
          { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
          "response.created",
        ),
        ...pieces.map((delta) =>
          event({ type: "response.output_text.delta", ...at, delta }, "response.output_text.delta"),
        ),
        event({ type: "response.output_text.done", ...at, text }, "response.output_text.done"),
        event({ type: "response.content_part.done", ...at, part }, "response.content_part.done"),
        event({ type: "response.output_item.done", output_index: 0, item: whole }, "response.output_item.done"),
        event({ type: "response.completed", response }, "response.completed"),
      ];
    },
    written: (body) => read(body, ({ type, delta }) => (type === "response.output_text.delta" ? delta : "")),
  },
};

/** A text in two pieces, cut everywhere, and letter by letter. */
export function pieces(text: string): string[][] {
  const cuts = Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]);
  return [...cuts, [text], Array.from(text)];
}
