import { assert, temporaryDirectory } from "@genai/testing";
import { addUser, ordinaryVisit, type Outcome, question, session, user, Visit } from "./chat-page/journey.ts";
import { outsideOf, reviewed } from "./chat-page/reachable.ts";
import { administrator, StandalonePage } from "./chat-page/standalone.ts";
import type { Asked } from "./upstream.ts";

describe("the chat page: the real Open WebUI on what is rendered, in a real browser", function () {
  this.timeout(300_000);
  let page: StandalonePage;

  before(async () => {
    page = await StandalonePage.start({ gateway: temporaryDirectory("gateway"), page: temporaryDirectory("page") });
    await addUser(page.openWebUi.url, administrator);
  });
  after(() => page?.stop());

  /** What the servers are asked during an ordinary visit. */
  async function visit(run: string): Promise<{ embedded: string[] }> {
    const { chat, documents } = page.upstreams;
    const before = { chat: chat.asked.length, documents: documents.asked.length };
    const found = await ordinaryVisit(run, page.openWebUi.url);
    assert.deepEqual([found.models, found.problems], [["chat"], []]);
    assert.match(found.hello, /chat says so/);
    assert.match(found.answer, /chat says so/);
    const heard = chat.asked.slice(before.chat).flatMap(textsOf);
    assert.ok(heard.includes("Hello"), heard.join("\n"));
    assert.ok(
      heard.some((text) => text.includes(question) && text.includes("thirty-one days")),
      heard.join("\n"),
    );
    return { embedded: documents.asked.slice(before.documents).flatMap(({ body }) => (body.input ?? []) as string[]) };
  }

  it("answers an ordinary user, and finds in an attached document what it is asked", async () => {
    const { embedded } = await visit("chat-page");
    assert.ok(
      embedded.some((text) => text.includes("thirty-one days")),
      embedded.join("\n"),
    );
    assert.ok(embedded.includes(question), embedded.join("\n"));
  });

  it("shows errors, loads no picture from elsewhere, and answers again after its key was replaced", async () => {
    const gatewayKey = "sk-research-key-2";
    page.replaceKey(gatewayKey);
    const visitor = await Visit.begin("chat-page-refused", page.openWebUi.url);
    try {
      await visitor.signIn(user);
      await visitor.say("Hello");
      assert.match(visitor.problems.join("\n"), /shown: /);
      assert.equal(await visitor.showPicture(`${page.upstreams.code.endpoint}/picture.png`), "img-src");
    } finally {
      await visitor.close();
    }
    await page.openWebUi.restart({ gatewayKey });
    await visit("chat-page-new-key");
  });

  it("answers whoever asks for tools by hand, which a model server without a parser refuses", async () => {
    const ask = await session(page.openWebUi.url, user);
    const { status, body } = await ask("/api/chat/completions", {
      model: "chat",
      stream: false,
      session_id: "by-hand",
      params: { function_calling: "native" },
      messages: [{ role: "user", content: "Hello" }],
    });
    assert.equal(status, 200, body);
    assert.ok(page.upstreams.chat.asked.every(({ body }) => body.tools === undefined));
  });

  it("lets an ordinary user fetch nothing, run nothing, and reach no other model", async () => {
    const ask = await session(page.openWebUi.url, user);
    const refused: [what: string, attempt: Promise<Outcome>][] = [
      ...[
        "http://169.254.169.254/latest/meta-data",
        page.openWebUi.url,
        "https://example.com/",
        "https://www.youtube.com/watch?v=aaaaaaaaaaa",
      ].flatMap((url): [string, Promise<Outcome>][] => [
        [`reads ${url}`, ask("/api/v1/retrieval/process/web", { url })],
        [`reads ${url} as a video`, ask("/api/v1/retrieval/process/youtube", { url })],
      ]),
      ["searches the web", ask("/api/v1/retrieval/process/web/search", { queries: ["a-private-question"] })],
      ["adds a function", ask("/api/v1/functions/create", { id: "f", name: "f", content: "import os", meta: {} })],
      ["adds a tool", ask("/api/v1/tools/create", { id: "t", name: "t", content: "import os", meta: {} })],
      ["adds a connection", ask("/openai/config/update", { OPENAI_API_BASE_URLS: ["https://example.com"] })],
      ["tries a connection", ask("/openai/verify", { url: "https://example.com", key: "x" })],
      ["passes a request on", ask("/openai/embeddings", { model: "documents", input: "x" })],
      ["makes a key", ask("/api/v1/auths/api_key", {})],
      ["makes a picture", ask("/api/v1/images/generations", { prompt: "x" })],
      ["hears a text", ask("/api/v1/audio/speech", { input: "x" })],
      ["asks another tenant's model", ask("/api/chat/completions", { model: "code", messages: [] })],
    ];
    for (const [what, attempt] of refused) {
      const { status, body } = await attempt;
      assert.ok(status >= 400 && status < 500, `${what}: ${status} ${body}`);
    }
    assert.deepEqual(page.upstreams.code.asked, []);
  });

  it("puts whole documents into the question where there is no embedding server", async () => {
    await page.openWebUi.restart({ embedder: undefined });
    const { embedded } = await visit("chat-page-without-embedder");
    assert.deepEqual(embedded, []);
  });

  it("connected to the gateway in all this, and looked nobody else up", () => {
    assert.deepEqual(page.openWebUi.connections, [page.gatewayAddress]);
  });

  it("has no default outside the platform that is not set, in any file of its source", async () => {
    const reachable = await outsideOf(page.openWebUi, page.gatewayAddress, temporaryDirectory("reachable"));
    assert.deepEqual(reachable, reviewed);
  });
});

function textsOf({ body }: Asked): string[] {
  return (body.messages ?? []).map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content)));
}
