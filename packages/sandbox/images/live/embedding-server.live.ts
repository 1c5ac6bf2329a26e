import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encoderModels, type EncoderName, engines, isEmbeddingModel } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import getPort from "get-port";
import { unpackImage } from "../unpack.ts";
import { startServer, type TestServer } from "./processes.ts";

describe("the stand-in for Text Embeddings Inference", function () {
  this.timeout(600_000);
  const key = "test-key";
  let server: TestServer, reranker: TestServer;
  let metricsPort: number;

  before(async () => {
    // The image's own file system, on this machine's.
    const image = await unpackImage(engines.tei.image, temporaryDirectory("embedding-server"));
    const start = async (model: EncoderName) => {
      const port = await getPort();
      metricsPort = await getPort();
      return startServer([...image.command("python3"), join(image.root, "app", "server.py")], port, {
        ...image.pythonEnvironment,
        OPENBLAS_NUM_THREADS: "1",
        [engines.tei.options.model]: model,
        [engines.tei.options.port]: String(port),
        [engines.tei.options.metricsPort]: String(metricsPort),
        [engines.tei.options.apiKey]: key,
      });
    };
    reranker = await start("BAAI/bge-reranker-base");
    server = await start("BAAI/bge-small-en-v1.5");
  });
  after(async () => {
    await reranker?.stop();
    await server?.stop();
  });

  const send = (
    path: string,
    body: string,
    { to = server, ...headers }: { to?: TestServer; [name: string]: unknown } = {},
  ) =>
    fetch(to.url(path), {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...(headers as object) },
    });
  const post = (path: string, body: unknown, others = {}) => send(path, JSON.stringify(body), others);
  const embed = async (inputs: readonly (string | number[])[], others = {}) =>
    (await (await post("/embed", { inputs, ...others })).json()) as number[][];
  const product = (one: readonly number[] = [], other: readonly number[] = []) =>
    one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

  it("gives near vectors for sentences that mean nearly the same", async () => {
    const [eating, bread, baby] = await embed([
      "A man is eating food.",
      "A man is eating a piece of bread.",
      "The girl is carrying a baby.",
    ]);
    // The model's own card says 0.7553 and -0.1050 (sentence-transformers documentation, semantic textual similarity).
    assert.ok(Math.abs(product(eating, bread) - 0.7553) < 0.001);
    assert.ok(Math.abs(product(eating, baby) + 0.105) < 0.001);
    assert.equal(eating?.length, 384);
    assert.ok(Math.abs(product(eating, eating) - 1) < 1e-5);
  });

  it("gives the same vector for a text alone and in a batch", async () => {
    const long = "The quick brown fox jumps over the lazy dog. ".repeat(8);
    const [[alone], [together]] = [await embed(["fox"]), await embed(["fox", long])];
    assert.ok(product(alone, together) > 0.99999);
  });

  it("ranks texts by how near they are to the query", async () => {
    const texts = ["Cats sleep all day.", "Paris is the capital of France."];
    const body = { query: "What is the capital of France?", texts, return_text: true };
    const response = await post("/rerank", body, { to: reranker });
    const [first, second] = (await response.json()) as { index: number; score: number; text: string }[];
    assert.deepEqual([first?.index, first?.text, second?.index], [1, texts[1], 0]);
    assert.ok((first?.score ?? 0) > (second?.score ?? 1));
    assert.equal((await post("/rerank", { query: "What?", texts: [] }, { to: reranker })).status, 400);
  });

  it("speaks OpenAI's interface too", async () => {
    const response = await post("/v1/embeddings", { input: ["fox", "dog"], model: "documents" });
    const { data, model, usage } = (await response.json()) as {
      data: { index: number; embedding: number[] }[];
      model: string;
      usage: { prompt_tokens: number };
    };
    // TEI names its own model, whatever it is asked for.
    assert.equal(model, "BAAI/bge-small-en-v1.5");
    assert.deepEqual(
      data.map(({ index, embedding }) => [index, embedding.length]),
      [
        [0, 384],
        [1, 384],
      ],
    );
    assert.equal(usage.prompt_tokens, 6);
    const encoded = await post("/v1/embeddings", { input: "fox", encoding_format: "base64" });
    const [first] = ((await encoded.json()) as { data: { embedding: string }[] }).data;
    assert.equal(Buffer.from(first?.embedding ?? "", "base64").length, 384 * 4);
  });

  it("asks for its key, but not for health and metrics", async () => {
    const codes = [
      (await post("/embed", { inputs: "fox" }, { authorization: "Bearer another" })).status,
      (await fetch(server.url("/info"))).status,
      (await fetch(server.url("/health"))).status,
      (await fetch(server.url("/metrics"))).status,
    ];
    assert.deepEqual(codes, [401, 401, 200, 200]);
  });

  it("refuses what TEI refuses, with its status and in its words", async () => {
    const long = "word ".repeat(400);
    const many = Array.from({ length: 33 }, () => "x");
    const validation = (error: string) => ({ error, error_type: "Validation" });
    const cases: [path: string, body: unknown, status: number, answer?: object][] = [
      // router/src/http/server.rs, core/src/tokenization.rs
      ["/embed", { inputs: many }, 413, validation("batch size 33 > maximum allowed batch size 32")],
      ["/embed", { inputs: [] }, 413, validation("`inputs` cannot be empty")],
      ["/embed", { inputs: "" }, 413, validation("`inputs` cannot be empty")],
      ["/embed", { inputs: ["fox", ""] }, 413, validation("`inputs` cannot be empty")],
      [
        "/embed",
        { inputs: long, truncate: false },
        413,
        validation("`inputs` must have less than 256 tokens. Given: 402"),
      ],
      ["/embed", { inputs: "fox", dimensions: 385 }, 413],
      ["/tokenize", { inputs: many }, 413],
      ["/tokenize", { inputs: [] }, 400, { error: "`inputs` cannot be empty", error_type: "Empty" }],
      [
        "/v1/embeddings",
        { input: many },
        413,
        { message: "batch size 33 > maximum allowed batch size 32", code: 413, type: "Validation" },
      ],
      [
        "/rerank",
        { query: "a", texts: ["b"] },
        424,
        { error: "model is not a re-ranker model", error_type: "Backend" },
      ],
      // router/src/http/types.rs, read by axum's Json
      ["/embed", [], 422],
      ["/embed", {}, 422],
      ["/embed", { inputs: 5 }, 422],
      ["/embed", { inputs: ["a", 5] }, 422],
      ["/embed", { inputs: "fox", truncate: "yes" }, 422],
      ["/embed", { inputs: "fox", truncation_direction: "up" }, 422],
      ["/embed", { inputs: "fox", normalize: null }, 422],
      ["/tokenize", { inputs: [[1]] }, 422],
      ["/v1/embeddings", { input: "fox", model: 5 }, 422],
      ["/v1/embeddings", { input: "fox", encoding_format: "binary" }, 422],
      ["/v1/embeddings", {}, 422],
      // Not served, as the docs say.
      ...["predict", "similarity", "decode", "embed_all", "embed_sparse", "vertex", "invocations"].map(
        (name): [string, unknown, number] => [`/${name}`, {}, 404],
      ),
      ["/health", {}, 405],
    ];
    for (const [path, body, status, answer] of cases) {
      const response = await post(path, body);
      assert.equal(response.status, status, `${path} ${JSON.stringify(body).slice(0, 80)}`);
      if (answer) assert.deepEqual(await response.json(), answer);
    }
    assert.equal((await post("/embed", { inputs: "fox" }, { to: reranker })).status, 424);
    assert.equal((await send("/embed", "{")).status, 400);
    assert.equal((await send("/embed", '{"inputs":"fox"}', { "content-type": "text/plain" })).status, 415);
    assert.equal((await send("/embed", JSON.stringify({ inputs: "x".repeat(2_000_000) }))).status, 413);
    assert.equal((await fetch(server.url("/embed"))).status, 405);
  });

  it("takes what TEI takes", async () => {
    const cases: [path: string, body: unknown][] = [
      ["/embed", { inputs: "word ".repeat(400) }],
      ["/embed", { inputs: "fox", truncate: null, prompt_name: null, unknown: 1 }],
      // Numbers of tokens: one text, and a batch.
      ["/embed", { inputs: [4419] }],
      ["/v1/embeddings", { input: [[4419], [3899]], user: "me", model: "any", dimensions: 100 }],
    ];
    for (const [path, body] of cases)
      assert.equal((await post(path, body)).status, 200, JSON.stringify(body).slice(0, 80));
    const [[whole], [tokens]] = [await embed(["fox"]), await embed([[4419]])];
    assert.ok(product(whole, tokens) > 0.99999);
    const [short] = await embed(["fox"], { dimensions: 10 });
    assert.ok(Math.abs(product(short, short) - 1) < 1e-5 && short?.length === 10);
  });

  it("knows the catalogue's reranking models by their names", () => {
    const source = readFileSync(join(import.meta.dirname, "../embedding-server/server.py"), "utf8");
    const pattern = new RegExp(/^RERANKS = re\.search\("(.*)", ASKED\)/m.exec(source)?.[1] ?? "");
    for (const name of Object.keys(encoderModels) as EncoderName[])
      assert.equal(pattern.test(name), !isEmbeddingModel(name), name);
  });

  it("says where the tokens of a text are", async () => {
    const response = await post("/tokenize", { inputs: ["two words"], add_special_tokens: false });
    const [tokens = []] = (await response.json()) as { text: string; start: number; stop: number }[][];
    assert.deepEqual(
      tokens.map(({ text, start, stop }) => [text, start, stop]),
      [
        ["two", 0, 3],
        ["words", 4, 9],
      ],
    );
  });

  it("says honestly which model answers", async () => {
    const response = await fetch(server.url("/info"), { headers: { authorization: `Bearer ${key}` } });
    const information = (await response.json()) as Record<string, unknown>;
    assert.equal(information["model_id"], "sentence-transformers/all-MiniLM-L6-v2");
    assert.equal(information["asked_model_id"], "BAAI/bge-small-en-v1.5");
  });

  it("has TEI's metrics, on the metrics port as well", async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const name of Object.values(engines.tei.metrics)) assert.match(text, new RegExp(`^${name}`, "m"));
    assert.match(text, /^te_request_count\{method="batch"\} [1-9]/m);
  });

  it("ends at the stop signal with all that was under way", async () => {
    const running = post("/embed", { inputs: Array.from({ length: 8 }, () => "word ".repeat(200)) });
    const answered = running.then((response) => response.json()) as Promise<number[][]>;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const code = await server.stop();
    assert.equal((await answered).length, 8);
    assert.equal(code, 0);
  });
});
