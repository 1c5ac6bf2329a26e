import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engines } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import getPort from "get-port";
import { imageTools } from "../../toolchain/image-tools.ts";
import { resolveTools } from "../../toolchain/resolve.ts";
import { differences, recordedSettings, testKey } from "../vllm-answers/table.ts";
import { startServer, type TestServer } from "./processes.ts";

describe("the stand-in for vLLM, running", function () {
  this.timeout(900_000);
  let server: TestServer, port: number;

  before(async () => {
    const directory = temporaryDirectory("vllm");
    const tools = await resolveTools(Object.values(imageTools), {});
    // Side by side, as in the image.
    for (const { name, path } of Object.values(tools)) cpSync(path, join(directory, name));
    port = await getPort();
    const file = join(directory, "vllm.yaml");
    writeFileSync(file, JSON.stringify({ ...recordedSettings, port, "shutdown-timeout": 60 }));
    server = await startServer([join(directory, "vllm"), "serve", "--config", file], port, { VLLM_API_KEY: testKey });
  });
  after(async () => {
    await server?.stop();
  });

  const chat = (content: string, others = {}, authorization = `Bearer ${testKey}`) =>
    fetch(server.url("/v1/chat/completions"), {
      method: "POST",
      body: JSON.stringify({ model: "chat", messages: [{ role: "user", content }], ...others }),
      headers: { authorization, "content-type": "application/json" },
    });

  it("refuses what vLLM refuses, in the same words, and answers everything else", async () => {
    assert.deepEqual(await differences(port), []);
  });

  it("answers a chat", async () => {
    const { choices, model } = (await (await chat("hello there")).json()) as {
      choices: { message: { content: string } }[];
      model: string;
    };
    assert.equal(choices[0]?.message.content, "hello there");
    assert.equal(model, "chat");
  });

  it("ends an answer where the configuration says", async () => {
    const { choices, usage } = (await (await chat("word ".repeat(3000))).json()) as {
      choices: { finish_reason: string }[];
      usage: { completion_tokens: number };
    };
    assert.deepEqual([choices[0]?.finish_reason, usage.completion_tokens], ["length", 1024]);
  });

  it("answers with an adapter, by its name", async () => {
    const { model } = (await (await chat("hello", { model: "legal" })).json()) as { model: string };
    assert.equal(model, "legal");
  });

  it("sends an answer part by part", async () => {
    const response = await chat("one two three four", { stream: true });
    const parts: number[] = [];
    let text = "";
    for await (const part of response.body ?? []) {
      parts.push(Date.now());
      text += Buffer.from(part as Uint8Array).toString();
    }
    assert.match(text, /data: \[DONE\]/);
    // Several arrive, rather than one at the end.
    assert.ok(parts.length > 2, `${parts.length} parts`);
  });

  it("asks for its key below /v1 and nowhere that vLLM does not, and offers no other way in", async () => {
    const status = async (path: string, authorization = "") =>
      (await fetch(server.url(path), { headers: { authorization } })).status;
    const codes = [
      (await chat("hello", {}, "Bearer another")).status,
      await status("/v1/models"),
      await status("/v1/models", `Bearer ${testKey}`),
      await status(engines.vllm.healthPath),
      await status(engines.vllm.metricsPath),
      await status("/admin/config", `Bearer ${testKey}`),
    ];
    assert.deepEqual(codes, [401, 401, 200, 200, 200, 404]);
  });

  it("names its models and their context as the program said", async () => {
    const response = await fetch(server.url("/v1/models"), { headers: { authorization: `Bearer ${testKey}` } });
    const { data } = (await response.json()) as {
      data: { id: string; parent: string | null; max_model_len: number }[];
    };
    assert.deepEqual(
      data.map(({ id, parent, max_model_len }) => [id, parent, max_model_len]),
      [
        ["chat", null, 8192],
        ["Qwen/Qwen3-8B", null, 8192],
        ["legal", "chat", null],
      ],
    );
  });

  it("counts a request while it runs", async () => {
    const running = chat("word ".repeat(300));
    const metrics = async () => (await fetch(server.url("/metrics"))).text();
    const { requestsRunning, keyValueCacheUsage, timeToFirstToken } = engines.vllm.metrics;
    const isBusy = async () => new RegExp(`^${requestsRunning}\\{[^}]*\\} 1$`, "m").test(await metrics());
    while (!(await isBusy())) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.match(await metrics(), new RegExp(`^${keyValueCacheUsage}\\{[^}]*\\} 0?\\.\\d*[1-9]`, "m"));
    assert.equal((await running).status, 200);
    assert.match(await metrics(), new RegExp(`^${timeToFirstToken}_count\\{[^}]*\\} [1-9]`, "m"));
  });

  it("lets running requests end at the stop signal, and takes no new ones", async () => {
    const running = chat("word ".repeat(300)).then((response) => response.json()) as Promise<{ choices: object[] }>;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const stopped = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await assert.rejects(chat("too late"));
    assert.equal((await running).choices.length, 1);
    assert.equal(await stopped, 0);
  });
});
