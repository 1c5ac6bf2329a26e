import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { assert, temporaryDirectory } from "@genai/testing";
import { listenAsProxy } from "./proxy-example.ts";
import { proxyRequest, whileAnswering } from "./proxy-request.ts";

describe("asking again while a status passes", () => {
  const answering = (...statuses: number[]) => {
    let asked = 0;
    const send = async () => ({ status: statuses[asked++] ?? 0, body: "" });
    return { send, asked: () => asked };
  };

  it("waits for another status, and says once that it does", async () => {
    const { send, asked } = answering(401, 401, 200);
    let waits = 0;
    const { status } = await whileAnswering(401, send, { seconds: 30, onWait: () => waits++ });
    assert.deepEqual([status, asked(), waits], [200, 3, 1]);
  });

  it("takes the first answer of any other status, and gives up in time", async () => {
    const refused = answering(403, 200);
    assert.equal((await whileAnswering(401, refused.send, { seconds: 30 })).status, 403);
    const never = answering(401, 401, 401, 401, 401, 401);
    assert.equal((await whileAnswering(401, never.send, { seconds: 0.1 })).status, 401);
    assert.ok(never.asked() <= 3);
  });
});

describe("a request through a proxy", () => {
  it("sends JSON, forms and methods as they are", async () => {
    const server = createServer((request, response) => {
      const { method, url } = request;
      void text(request).then((body) =>
        response.end(JSON.stringify([method, url, request.headers["content-type"], body])),
      );
    });
    const proxy = await listenAsProxy(server, temporaryDirectory("proxy"));
    const sent = async (options: Parameters<typeof proxyRequest>[2]) =>
      JSON.parse((await proxyRequest(proxy, "http://page:8080/x", options)).body) as string[];
    const form = new FormData();
    form.append("file", new Blob(["its text"]), "a.txt");
    try {
      assert.deepEqual(await sent({}), ["GET", "http://page:8080/x", null, ""]);
      assert.deepEqual((await sent({ body: { a: 1 } })).slice(2), ["application/json", '{"a":1}']);
      assert.equal((await sent({ method: "DELETE" }))[0], "DELETE");
      const [method, , type, body] = await sent({ body: form });
      assert.match(`${method} ${type}`, /^POST multipart\/form-data; boundary=/);
      assert.match(body ?? "", /filename="a.txt"[\s\S]*its text/);
    } finally {
      server.close();
    }
  });
});
