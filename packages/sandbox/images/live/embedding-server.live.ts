import { join } from "node:path";
import { engines } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import getPort from "get-port";
import { unpackImage } from "../unpack.ts";
import { startServer, type TestServer } from "./processes.ts";

describe("the stand-in for Text Embeddings Inference", function () {
  this.timeout(600_000);
  const key = "test-key";
  let server: TestServer;
  let metricsPort: number;

  before(async () => {
    // The image's own file system, on this machine's.
    const image = await unpackImage(engines.tei.image, temporaryDirectory("embedding-server"));
    const port = await getPort();
    metricsPort = await getPort();
    server = await startServer([...image.command("python3"), join(image.root, "app", "server.py")], port, {
      ...image.pythonEnvironment,
      OPENBLAS_NUM_THREADS: "1",
      [engines.tei.options.model]: "BAAI/bge-small-en-v1.5",
      [engines.tei.options.port]: String(port),
      [engines.tei.options.metricsPort]: String(metricsPort),
      [engines.tei.options.apiKey]: key,
    });
  });
  after(async () => {
    await server?.stop();
  });

  const post = (path: string, body: unknown, authorization = `Bearer ${key}`) =>
    fetch(server.url(path), { method: "POST", body: JSON.stringify(body), headers: { authorization } });
  const embed = async (inputs: readonly string[], others = {}) =>
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
    const response = await post("/rerank", { query: "What is the capital of France?", texts, return_text: true });
    const [first, second] = (await response.json()) as { index: number; score: number; text: string }[];
    assert.deepEqual([first?.index, first?.text, second?.index], [1, texts[1], 0]);
    assert.ok((first?.score ?? 0) > (second?.score ?? 1));
    assert.equal((await post("/rerank", { query: "What?", texts: [] })).status, 413);
  });

  it("speaks OpenAI's interface too", async () => {
    const response = await post("/v1/embeddings", { input: ["fox", "dog"], model: "documents" });
    const { data, model, usage } = (await response.json()) as {
      data: { index: number; embedding: number[] }[];
      model: string;
      usage: { prompt_tokens: number };
    };
    assert.equal(model, "documents");
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
      (await post("/embed", { inputs: "fox" }, "Bearer another")).status,
      (await fetch(server.url("/info"))).status,
      (await fetch(server.url("/health"))).status,
      (await fetch(server.url("/metrics"))).status,
    ];
    assert.deepEqual(codes, [401, 401, 200, 200]);
  });

  it("refuses what it cannot embed, and cuts what is too long", async () => {
    const long = "word ".repeat(400);
    const codes = await Promise.all(
      [{ inputs: [] }, { inputs: Array.from({ length: 33 }, () => "x") }, { inputs: long, truncate: false }, []].map(
        async (body) => (await post("/embed", body)).status,
      ),
    );
    assert.deepEqual(codes, [413, 413, 413, 422]);
    assert.equal((await post("/embed", { inputs: long })).status, 200);
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
