import type { RequestParts } from "./request.ts";

/** A place of a request in which a text reaches a model. */
export type Place = (text: string) => Required<Pick<RequestParts, "target">> & { body: object };

const chat = (members: object): ReturnType<Place> => ({
  target: "/v1/chat/completions",
  body: { model: "chat", messages: [{ role: "user", content: "Hello" }], ...members },
});
const messages = (...list: object[]) => chat({ messages: list });
const user = { role: "user", content: "Hello" };
const call = (name: string, text: string) => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id: "call_1", type: "function", function: { name, arguments: text } }],
});
const tool = (members: object) => chat({ tools: [{ type: "function", function: { name: "look", ...members } }] });
const schema = (parameters: object) => tool({ parameters: { type: "object", ...parameters } });
const responses = (members: object): ReturnType<Place> => ({
  target: "/v1/responses",
  body: { model: "chat", input: "Hello", ...members },
});
const items = (...input: object[]) => responses({ input });
const prompted = (metadata: object) => chat({ model: "assistant", metadata });

/** Everywhere that a text is taken: with a harmless one each of these is answered, and its model has read it. */
export const places: Readonly<Record<string, Place>> = {
  "a user's message": (content) => messages({ role: "user", content }),
  "a system message": (content) => messages({ role: "system", content }, user),
  "a developer's message": (content) => messages({ role: "developer", content }, user),
  "an assistant's message": (content) => messages(user, { role: "assistant", content }, user),
  "a part of a message": (text) => messages({ role: "user", content: [{ type: "text", text }] }),
  "a later part of a system message": (text) =>
    messages(
      {
        role: "system",
        content: [
          { type: "text", text: "x" },
          { type: "text", text },
        ],
      },
      user,
    ),
  "a tool's message": (content) =>
    messages(user, call("look", "{}"), { role: "tool", tool_call_id: "call_1", content }),
  "a part of a tool's message": (text) =>
    messages(user, call("look", "{}"), { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text }] }),
  "arguments of a call": (text) => messages(user, call("look", JSON.stringify({ deep: { mail: [text] } })), user),
  "arguments of a call, as a name": (text) => messages(user, call("look", JSON.stringify({ [text]: 1 })), user),
  "a tool's description": (description) => tool({ description }),
  "a description of a schema": (description) => schema({ description, properties: {} }),
  "a description deep in a schema": (description) =>
    schema({ properties: { a: { type: "object", properties: { b: { type: "string", description } } } } }),
  "a default of a schema": (text) => schema({ properties: { a: { type: "string", default: text } } }),
  "an enumeration of a schema": (text) => schema({ properties: { a: { enum: ["x", text] } } }),
  "a constant of a schema": (text) => schema({ properties: { a: { const: text } } }),
  "an example of a schema": (text) => schema({ properties: { a: { type: "string", examples: [{ x: text }] } } }),
  "a name of a schema": (text) => schema({ properties: { [text]: { type: "string" } } }),
  ...Object.fromEntries(
    [
      "model",
      "role",
      "type",
      "id",
      "status",
      "format",
      "data",
      "url",
      "image_url",
      "object",
      "call_id",
      "embedding",
      "finish_reason",
      "$comment",
      "title",
    ].map((member): [string, Place] => [
      `the member ${member} of a schema`,
      (text) => schema({ properties: { a: { type: "string", [member]: text } } }),
    ]),
  ),
  "the schema of an answer": (description) =>
    chat({
      response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "object", description } } },
    }),
  "the description of an answer's schema": (description) =>
    chat({
      response_format: { type: "json_schema", json_schema: { name: "x", description, schema: { type: "object" } } },
    }),
  "a stop": (stop) => chat({ stop }),
  "one of several stops": (text) => chat({ stop: ["x", text] }),
  "a variable of a chat's template": (text) => chat({ chat_template_kwargs: { document: text } }),
  "a variable of a prompt": (product) => prompted({ product }),
  "a completion's prompt": (prompt) => ({ target: "/v1/completions", body: { model: "chat", prompt } }),
  "one of several prompts": (text) => ({ target: "/v1/completions", body: { model: "chat", prompt: ["x", text] } }),
  "a completion's suffix": (suffix) => ({ target: "/v1/completions", body: { model: "chat", prompt: "x", suffix } }),
  "a text to embed": (input) => ({ target: "/v1/embeddings", body: { model: "documents", input } }),
  "one of several texts to embed": (text) => ({
    target: "/embeddings",
    body: { model: "documents", input: ["x", text] },
  }),
  "a query": (query) => ({ target: "/v1/rerank", body: { model: "ranking", query, documents: ["x", "y"] } }),
  "a document": (text) => ({ target: "/rerank", body: { model: "ranking", query: "x", documents: ["x", text] } }),
  instructions: (instructions) => responses({ instructions }),
  "an input": (input) => responses({ input }),
  "an item of the input": (content) => items({ role: "user", content }),
  "a system item": (content) => items({ type: "message", role: "system", content }, { role: "user", content: "Hello" }),
  "a part of an item": (text) => items({ role: "user", content: [{ type: "input_text", text }] }),
  "an answer of before": (text) =>
    items(
      { role: "user", content: "Hello" },
      { role: "assistant", content: [{ type: "output_text", text }] },
      { role: "user", content: "x" },
    ),
  "arguments of an item": (text) =>
    items(
      { role: "user", content: "Hello" },
      { type: "function_call", call_id: "c1", name: "look", arguments: JSON.stringify({ mail: text }) },
      { type: "function_call_output", call_id: "c1", output: "x" },
    ),
  "the output of an item": (output) =>
    items(
      { role: "user", content: "Hello" },
      { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output },
    ),
  "a tool of responses": (description) =>
    responses({ tools: [{ type: "function", name: "look", description, parameters: { type: "object" } }] }),
  "a schema of a tool of responses": (description) =>
    responses({
      tools: [{ type: "function", name: "look", parameters: { type: "object", properties: { a: { description } } } }],
    }),
  "a format of responses": (description) =>
    responses({
      text: {
        format: { type: "json_schema", name: "x", schema: { type: "object", properties: { a: { description } } } },
      },
    }),
};

const card = 4111111111111111;

/** A card's number as something else than a text: refused, or the model does not get it. */
export const numbers: Readonly<Record<string, ReturnType<Place>>> = {
  "a default of a schema": schema({ properties: { a: { default: card } } }),
  "an enumeration of a schema": schema({ properties: { a: { enum: [1, card] } } }),
  "a bound of a schema": schema({ properties: { a: { maximum: card } } }),
  "a variable of a chat's template": chat({ chat_template_kwargs: { document: card } }),
  "a variable of a prompt": prompted({ product: card }),
  "an identifier of a call": messages(
    user,
    {
      ...call("look", "{}"),
      tool_calls: [{ id: String(card), type: "function", function: { name: "look", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: String(card), content: "x" },
  ),
  "a name of a tool": chat({
    tools: [{ type: "function", function: { name: String(card), parameters: { type: "object" } } }],
  }),
  "a name of a caller": messages({ role: "user", name: String(card), content: "Hello" }),
  "a number in arguments": messages(user, call("look", JSON.stringify({ card })), user),
  "an identifier of an item": items(
    { role: "user", content: "Hello" },
    { type: "function_call", call_id: String(card), name: "look", arguments: "{}" },
    { type: "function_call_output", call_id: String(card), output: "x" },
  ),
};

/** Tokens, which nothing here can read. */
export const tokens: Readonly<Record<string, ReturnType<Place>>> = {
  "a prompt of tokens": { target: "/v1/completions", body: { model: "chat", prompt: [1, 2, 3] } },
  "prompts of tokens": { target: "/v1/completions", body: { model: "chat", prompt: [[1, 2], [3]] } },
  "an embedding of tokens": { target: "/v1/embeddings", body: { model: "documents", input: [1, 2, 3] } },
  "embeddings of tokens": { target: "/v1/embeddings", body: { model: "documents", input: [[1, 2], [3]] } },
};

/** Other ways to write the same text in JSON. */
export const spellings: Readonly<Record<string, (json: string) => string>> = {
  "as it is": (json) => json,
  "every letter escaped": (json) =>
    json.replace(/(ada@example\.com|4111 1111 1111 1111)/g, (text) =>
      Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    ),
  "some letters escaped": (json) =>
    json.replaceAll("ada@", "\\u0061da\\u0040").replaceAll("4111 1111", "\\u0034111\\u00201111"),
};

/** Every text in a JSON value, names and numbers too, and those of JSON within texts. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value, ...inner(value)];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value !== null && typeof value === "object")
    return Object.entries(value).flatMap(([name, each]) => [name, ...textsOf(each)]);
  return [];
}

function inner(text: string): string[] {
  if (!/^[[{]/.test(text)) return [];
  try {
    return textsOf(JSON.parse(text));
  } catch {
    return [];
  }
}
