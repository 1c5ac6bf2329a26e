import type { Upstream } from "./upstream.ts";

/** Has a server write its next streams without an end. @returns Once a stream has been closed by its reader. */
export function answersWithoutEnd(upstream: Upstream): Promise<void> {
  return new Promise((resolve) => {
    upstream.answer = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const choices = [{ index: 0, delta: { role: "assistant", content: "on and on " } }];
      const chunk = `data: ${JSON.stringify({ id: "1", created: 1, object: "chat.completion.chunk", choices })}\n\n`;
      const writing = setInterval(() => response.write(chunk), 50);
      response.once("close", () => {
        clearInterval(writing);
        resolve();
      });
      return true;
    };
  });
}
