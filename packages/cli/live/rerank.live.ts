import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { images } from "@genai/catalog";
import { unpackImage } from "@genai/sandbox";
import { gatewayFiles, modelKeyVariable } from "@genai/services";
import { assert, temporaryDirectory } from "@genai/testing";
import getPort from "get-port";
import { startUpstream, type Upstream } from "./upstream.ts";

const keys = { research: "sk-research-key", support: "sk-support-key" };

describe("reranking and guardrails of the real LiteLLM, on what is rendered", function () {
  this.timeout(300_000);
  let [base, said] = ["", ""];
  let upstream: Upstream;
  let gateway: ChildProcess;

  before(async () => {
    const directory = temporaryDirectory("rerank");
    upstream = await startUpstream("Ask ada@example.com");
    const model = (tenant: string) => ({ endpoint: "", apiKey: "", tenant, drainSeconds: 0 });
    const args = {
      models: { ranking: { ...model("support"), reranks: true }, documents: model("research") },
      tenants: {
        research: { namespace: "tenant-research", key: "" },
        support: { namespace: "tenant-support", key: "" },
      },
      timeoutSeconds: 30,
      guardrails: { email: "mask", credit_card: "block" } as const,
    };
    const endpoints = { documents: upstream.endpoint, ranking: new URL(upstream.endpoint).origin };
    // No Valkey is there: what it does is another test's.
    const files = gatewayFiles(args, endpoints, { host: "127.0.0.1", port: await getPort() });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    for (const sub of ["keys", "counts", "litellm"]) mkdirSync(join(directory, sub));
    for (const [tenant, key] of Object.entries(keys)) writeFileSync(join(directory, "keys", tenant), key);
    const image = await unpackImage(images.liteLlm, join(directory, "litellm"));
    const port = await getPort();
    const [program = "", ...options] = image.command("python3");
    options.push("-c", "import litellm; litellm.run_server()", "--host", "127.0.0.1", "--port", String(port));
    gateway = spawn(program, [...options, "--config", join(directory, "config.yaml")], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...image.pythonEnvironment,
        HOME: directory,
        PATH: "/usr/bin:/bin",
        LANG: "C.UTF-8",
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        TENANT_KEY_DIRECTORY: join(directory, "keys"),
        PROMETHEUS_MULTIPROC_DIR: join(directory, "counts"),
        LITELLM_MASTER_KEY: "sk-master-key",
        CACHE_PASSWORD: "none",
        [modelKeyVariable("ranking")]: "key-of-ranking",
        [modelKeyVariable("documents")]: "key-of-documents",
      },
    });
    for (const stream of [gateway.stdout, gateway.stderr]) stream?.on("data", (part: Buffer) => (said += String(part)));
    base = `http://127.0.0.1:${port}`;
    const isReady = () =>
      fetch(`${base}/health/readiness`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) {
      if (gateway.exitCode !== null) throw new Error(`LiteLLM ended: ${said.slice(-2000)}`);
      await delay(100);
    }
  });
  after(async () => {
    if (gateway?.exitCode === null) {
      const ended = once(gateway, "exit");
      gateway.kill("SIGKILL");
      await ended;
    }
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
    assert.deepEqual(codes, [403, 401, 403]);
  });

  const chat = (content: string, more: object = {}) =>
    fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.research}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "documents", messages: [{ role: "user", content }], ...more }),
    });

  it("masks addresses in questions and answers, also for who asks it not to", async () => {
    for (const more of [
      {},
      { stream: true },
      { guardrails: [], disable_global_guardrails: true, metadata: { guardrails: [] } },
    ]) {
      const response = await chat("I am grace@example.com.", more);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.ok(!text.includes("ada@example.com"), text);
      assert.ok(!JSON.stringify(upstream.asked.at(-1)).includes("grace@example.com"));
    }
  });

  it("refuses a card's number before the model sees it", async () => {
    const before = upstream.asked.length;
    assert.equal((await chat("Pay with 4111 1111 1111 1111.")).status, 400);
    assert.equal(upstream.asked.length, before);
  });

  it("asks again where it fails", async () => {
    upstream.failures = 1;
    assert.equal((await rerank("/v1/rerank", keys.support)).status, 200);
    assert.equal(said.includes("a-private-question"), false);
  });
});
