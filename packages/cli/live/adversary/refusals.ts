import type { RawAnswer } from "./raw-http.ts";
import { keys } from "./request.ts";

const allowedHeaders =
  /^(content-type|content-length|transfer-encoding|connection|date|allow|retry-after|cache-control|www-authenticate|x-prompt-variant|x-ratelimit-[a-z-]+|x-request-id)$/;

/** What no answer may hold, unless the request itself said it. */
const insides: readonly RegExp[] = [
  /litellm/i,
  /traceback/i,
  /hosted_vllm|huggingface/i,
  /127\.0\.0\.1|localhost/,
  /key-of-/,
  /File "/,
  /\.py\b/,
  /pydantic|starlette|uvicorn|fastapi/i,
  /deployment|router/i,
  ...Object.values(keys).map((key) => new RegExp(key)),
];

/** Longer than any sentence about a request: an answer that repeats what it was sent, is not one. */
const longestRefusal = 4096;

/** What is wrong with an answer, whatever it answers. */
export function refusalProblems({ status, headers, body }: RawAnswer, request: Buffer): string[] {
  const asked = request.toString("latin1");
  const strange = Object.keys(headers).filter((name) => !allowedHeaders.test(name));
  const leaks = insides.filter((inside) => inside.test(body) && !inside.test(asked));
  return [
    ...strange.map((name) => `the header ${name} in the answer`),
    ...leaks.map((leak) => `${leak} in the answer: ${body.slice(0, 300)}`),
    ...(status >= 400 && body.length > longestRefusal ? [`an answer of ${body.length} characters`] : []),
    ...(status >= 400 && body && !isError(body) ? [`no error of OpenAI's: ${body.slice(0, 200)}`] : []),
    ...(status === 405 && !headers["allow"] ? ["405 without Allow"] : []),
  ];
}

/** Whether it is `{"error":{"message","type","param","code"}}`, or what the HTTP server says of what is no request. */
function isError(body: string): boolean {
  if (body === "Invalid HTTP request received.") return true;
  try {
    const { error, ...more } = JSON.parse(body) as { error?: Record<string, unknown> };
    const members = Object.keys(error ?? {})
      .toSorted()
      .join();
    return (
      Object.keys(more).length === 0 && members === "code,message,param,type" && typeof error?.["message"] === "string"
    );
  } catch {
    return false;
  }
}
