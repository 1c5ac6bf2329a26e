import { gatewayFiles } from "@genai/services";
import { assert, temporaryDirectory } from "@genai/testing";
import { GatewayDirectory } from "./lite-llm.ts";
import { freePorts } from "./programs.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const keys = { research: "sk-research-key", support: "sk-support-key" };

describe("reranking and guardrails of the real LiteLLM, on what is rendered", function () {
  this.timeout(300_000);
  const programs = new GatewayDirectory(temporaryDirectory("rerank"));
  let base = "";
  let upstream: Upstream;

  before(async () => {
    upstream = await startUpstream("Ask ada@example.com");
    const model = (tenant: string) => ({ endpoint: "", apiKey: "", tenant, drainSeconds: 0 });
    const args = {
      models: { ranking: { ...model("support"), kind: "reranking" as const }, documents: model("research") },
      tenants: {
        research: { namespace: "tenant-research", key: "" },
        support: { namespace: "tenant-support", key: "" },
      },
      timeoutSeconds: 30,
      guardrails: { email: "mask", credit_card: "block" } as const,
    };
    const endpoints = { documents: upstream.endpoint, ranking: new URL(upstream.endpoint).origin };
    const [port = 0, cachePort = 0] = await freePorts(2);
    // No Valkey is there: what it does is another test's.
    const files = gatewayFiles(args, endpoints, { host: "127.0.0.1", port: cachePort });
    programs.write(files, keys);
    const image = await programs.unpack();
    await programs.startLiteLlm(image, port, {
      ...programs.environment(image, Object.keys(args.models)),
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_MASTER_KEY: "sk-master-key",
      CACHE_PASSWORD: "none",
    });
    base = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    await programs.stop();
    upstream?.stop();
  });

  const documents = ["short", "the longest of the three", "in between"];
  const rerank = (path: string, key: string, more: object = {}) =>
    fetch(base + path, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "ranking", query: "a-private-question", documents, ...more }),
    });

  it("asks Text Embeddings Inference in its own words, and answers in Cohere's", async () => {
    for (const path of ["/rerank", "/v1/rerank"]) {
      const response = await rerank(path, keys.support);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      const { results } = JSON.parse(text) as { results: { index: number; relevance_score: number }[] };
      assert.deepEqual(
        results.map(({ index, relevance_score: score }) => [index, score]),
        [
          [1, 0.24],
          [2, 0.1],
          [0, 0.05],
        ],
      );
      const asked = upstream.asked.at(-1);
      assert.deepEqual([asked?.path, asked?.authorization], ["/rerank", "Bearer key-of-ranking"]);
      assert.deepEqual([asked?.body.query, asked?.body.texts], ["a-private-question", documents]);
    }
  });

  it("gives the texts back where they are asked for", async () => {
    const response = await rerank("/v1/rerank", keys.support, { return_documents: true });
    const { results } = (await response.json()) as { results: { document?: { text: string } }[] };
    assert.equal(results[0]?.document?.text, documents[1]);
  });

  it("is open to its tenant alone", async () => {
    const codes = [
      (await rerank("/v1/rerank", keys.research)).status,
      (await rerank("/v1/rerank", "sk-nobodys")).status,
      (await rerank("/v2/rerank", keys.support)).status,
    ];
    assert.deepEqual(codes, [404, 401, 404]);
  });

  const chat = (content: string, more: object = {}) =>
    fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.research}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "documents", messages: [{ role: "user", content }], ...more }),
    });

  it("masks addresses in questions and answers, and is not switched off by a client", async () => {
    for (const more of [{}, { stream: true }]) {
      const response = await chat("I am grace@example.com.", more);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.ok(!text.includes("ada@example.com"), text);
      assert.ok(!JSON.stringify(upstream.asked.at(-1)).includes("grace@example.com"));
    }
    const before = upstream.asked.length;
    const refused = await chat("Hello", { guardrails: [], disable_global_guardrails: true });
    assert.match(await refused.text(), /guardrails: is not taken here; disable_global_guardrails: is not taken here/);
    assert.deepEqual([refused.status, upstream.asked.length], [400, before]);
  });

  it("refuses a card's number before the model sees it", async () => {
    const before = upstream.asked.length;
    assert.equal((await chat("Pay with 4111 1111 1111 1111.")).status, 400);
    assert.equal(upstream.asked.length, before);
  });

  it("asks again where it fails", async () => {
    upstream.failures = 1;
    assert.equal((await rerank("/v1/rerank", keys.support)).status, 200);
    assert.equal(programs.said.includes("a-private-question"), false);
  });
});
