import type { Mark } from "./attack.ts";
import { ordinaryBody, requestBytes } from "./request.ts";

/** A request that costs more than others, and how often it is sent at a time. */
export interface HeavyRequest {
  bytes: Buffer;
  times: number;
}

/** Requests of research's, each within some bound of the gateway's or just beyond it, which cost memory and time to read. */
export function heavyRequests(mark: Mark): Record<string, HeavyRequest> {
  const chat = (members: string) =>
    `{"model":"chat","messages":[{"role":"user","content":"${mark("research")}"}],${members}}`;
  const withSchema = (schema: string) =>
    chat(`"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}]`);
  const repeated = (body: string | object, target = "/v1/chat/completions") => ({
    bytes: requestBytes({ target, body }),
    times: 20,
  });
  const messages = Array.from({ length: 4000 }, () => ({ role: "user", content: mark("research") + "x".repeat(1900) }));
  const parts = Array.from({ length: 150_000 }, () => ({ type: "text", text: "x" }));
  const tokens = `{"model":"documents","input":[${"1,".repeat(990_000)}1]}`;
  return {
    "8 MB of brackets": repeated("[".repeat(8e6)),
    "objects in each other": repeated('{"a":'.repeat(1.5e6)),
    "2,600,000 empty objects": repeated(`{"model":"chat","messages":[${"{},".repeat(2.6e6)}{}]}`),
    "500,000 empty arrays": repeated(withSchema(`{"x":[${"[],".repeat(499_900)}[]]}`)),
    "490,000 objects": repeated(withSchema(`{"x":[${'{"a":1},'.repeat(490_000)}1]}`)),
    "100,000 names": repeated(withSchema(`{${Array.from({ length: 100_000 }, (_, at) => `"n${at}":{}`).join()}}`)),
    "990,000 tokens": repeated(tokens, "/v1/embeddings"),
    "4,000 messages": repeated({ model: "chat", messages }),
    "150,000 parts": repeated({ model: "chat", messages: [{ role: "user", content: parts }] }),
    "8 MB of text": {
      ...repeated(ordinaryBody("/v1/chat/completions", mark("research") + "x".repeat(7.9e6))),
      times: 200,
    },
    "2 MB of words": {
      ...repeated(ordinaryBody("/v1/chat/completions", mark("research") + "word ".repeat(0.39e6))),
      times: 200,
    },
  };
}
