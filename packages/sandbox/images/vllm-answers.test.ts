import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engines } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import getPort from "get-port";
import { imageTools } from "../toolchain/image-tools.ts";
import { resolveTools } from "../toolchain/resolve.ts";
import { startServer, type TestServer } from "./live/processes.ts";
import { answerTo, type Case, differences, recordedCases, recordedSettings, testKey } from "./vllm-answers/table.ts";

/** Stands where the simulator would, and answers with what it was sent. */
const echo = `#!${process.execPath}
const port = Number(process.argv[process.argv.indexOf("--port") + 1]);
require("node:http").createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString();
    response.end(JSON.stringify({ path: request.url, headers: request.headers, body: body && JSON.parse(body) }));
  });
}).listen(port, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;

/** What the simulator got. */
interface Sent {
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** The stand-in, with that in place of the simulator. */
async function startFront(port: number, args: readonly string[], environment = {}): Promise<TestServer> {
  const directory = temporaryDirectory("vllm-answers");
  const { vllm } = await resolveTools([imageTools.vllm], {});
  const [program, simulator] = [join(directory, "vllm"), join(directory, "llm-d-inference-sim")];
  copyFileSync(vllm.path, program);
  writeFileSync(simulator, echo);
  chmodSync(simulator, 0o755);
  return startServer([program, "serve", "--port", String(port), ...args], port, environment);
}

describe("the stand-in for vLLM, compared with vLLM", function () {
  // The first time it has to be built.
  this.timeout(300_000);
  let server: TestServer, port: number;

  before(async () => {
    port = await getPort();
    const file = join(temporaryDirectory("vllm-answers"), "vllm.yaml");
    writeFileSync(file, JSON.stringify(recordedSettings));
    server = await startFront(port, ["--config", file], { VLLM_API_KEY: testKey });
  });
  after(() => server?.stop());

  const chat = (body: object, others: Partial<Case> = {}): Case => ({
    name: "chat",
    method: "POST",
    path: "/v1/chat/completions",
    body: { messages: [{ role: "user", content: "hello" }], ...body },
    status: 200,
    ...others,
  });
  const sent = async (each: Case) => JSON.parse((await answerTo(each, port)).text) as Sent;

  it("refuses what vLLM refuses, in the same words, and nothing else", async () => {
    assert.ok(recordedCases().length > 600);
    assert.deepEqual(await differences(port), []);
  });

  it("is of the version that is deployed: another one is recorded anew", async () => {
    const { text } = await answerTo({ name: "version", method: "GET", path: "/version", status: 200 }, port);
    assert.deepEqual(JSON.parse(text), { version: engines.vllm.version });
    const recorder = readFileSync(join(import.meta.dirname, "vllm-answers/record.py"), "utf8");
    assert.match(recorder, new RegExp(`vllm==${engines.vllm.version.replaceAll(".", "\\.")}`));
  });

  it("has a refusal of each of vLLM's files that refuse", () => {
    const files = new Set(recordedCases().flatMap(({ source }) => (source ? [source.split(" ")[0]] : [])));
    const expected = [
      "sampling_params.py",
      "renderers/online_renderer.py",
      "renderers/params.py",
      "entrypoints/chat_utils.py",
    ];
    for (const file of expected) assert.ok(files.has(`vllm/${file}`), file);
  });

  it("hands on a model's first name where none is given, and an adapter's own", async () => {
    assert.equal((await sent(chat({}))).body["model"], "chat");
    assert.equal((await sent(chat({ model: "legal" }))).body["model"], "legal");
  });

  it("bounds every answer as vLLM does: by the request, the configuration and the context", async () => {
    // The simulator repeats the last message, so that is cut.
    const words = async (body: object) => {
      const messages = [{ role: "user", content: "word×7000" }];
      const { body: got } = await sent(chat({ messages, ...body }));
      return (got["messages"] as { content: string }[]).at(-1)?.content.trim().split(" ").length;
    };
    assert.equal(await words({}), 1024);
    assert.equal(await words({ max_tokens: "7" }), 7);
    assert.equal(await words({ max_tokens: 9, max_completion_tokens: 8 }), 8);
    // The role and the marks of a message are five tokens.
    assert.equal(await words({ messages: [{ role: "user", content: "word×8000" }] }), 8192 - 8000 - 5);
    const completion = { ...chat({}), path: "/v1/completions", body: { prompt: "word×20" } };
    assert.deepEqual((await sent(completion)).body["prompt"], ["word" + " word".repeat(15)]);
    const short = (await sent(chat({}))).body["messages"] as { content: string }[];
    assert.deepEqual(short, [{ role: "user", content: "hello" }]);
  });

  it("keeps from the simulator what vLLM does not know: its headers, its fields, the key and the query", async () => {
    const { path, headers, body } = await sent(
      chat(
        {
          cache_hit_threshold: 1,
          kv_transfer_params: { do_remote_decode: true },
          tools: [{ function: { name: "f" } }],
          tool_choice: "none",
        },
        { path: "/v1/chat/completions?model=other", headers: { "x-return-error": "500", "x-request-id": "mine" } },
      ),
    );
    assert.equal(path, "/v1/chat/completions");
    assert.deepEqual(Object.keys(body).toSorted(), ["messages", "model", "stream"]);
    for (const name of ["authorization", "x-return-error"]) assert.equal(headers[name], undefined, name);
  });

  it("hands tools on where it is told that vLLM parses them", async () => {
    const other = await getPort();
    const parsing = await startFront(other, [
      "--model",
      "model",
      "--enable-auto-tool-choice",
      "--tool-call-parser",
      "hermes",
    ]);
    const tools = [{ type: "function", function: { name: "f" } }];
    const { text } = await answerTo(chat({ tools }), other);
    await parsing.stop();
    const { body } = JSON.parse(text) as Sent;
    assert.deepEqual([body["tools"], body["tool_choice"]], [tools, "auto"]);
  });

  it("takes images for a model that reads them, and no sound", async () => {
    const other = await getPort();
    const seeing = await startFront(other, ["--model", "Qwen/Qwen2.5-VL-3B-Instruct"]);
    const status = async (part: object) =>
      (
        await answerTo(
          chat({ messages: [{ role: "user", content: [{ type: "text", text: "What is it?" }, part] }] }),
          other,
        )
      ).status;
    const codes = [
      await status({ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }),
      await status({ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }),
    ];
    await seeing.stop();
    assert.deepEqual(codes, [200, 400]);
  });

  it("refuses a body that is too large to be a prompt", async () => {
    const body = chat({}, { raw: " ".repeat((64 << 20) + 1), body: undefined });
    assert.equal((await answerTo(body, port)).status, 413);
  });
});
