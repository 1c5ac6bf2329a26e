import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { images, type Metric, metricSources } from "@genai/catalog";
import { unpackImage } from "@genai/sandbox";
import { cacheObjects, type GatewayArgs, gatewayFiles, gatewayPodSpec, metricsProgram } from "@genai/services";
import { assert, temporaryDirectory } from "@genai/testing";
import * as pulumi from "@pulumi/pulumi";
import { expectedVariant, livePrompts, writePromptFiles } from "./gateway-prompts.ts";
import { GatewayDirectory } from "./lite-llm.ts";
import { answersWithoutEnd } from "./endless-answer.ts";
import { freePorts } from "./programs.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const pool = { name: "system", nodes: 1, memory: "16Gi", taints: [] };
const keys: Record<string, string> = {
  research: "sk-research-key",
  support: "sk-support-key",
  guest: "sk-guest-key",
  visitor: "sk-visitor-key",
};
const masterKey = "sk-master-key";

describe("the gateway: the real LiteLLM and the real Valkey on what is rendered", function () {
  this.timeout(300_000);
  const upstreams: Record<string, Upstream> = {};
  const directory = temporaryDirectory("gateway");
  const programs = new GatewayDirectory(directory);
  let [base, metrics] = ["", ""];
  let gateway: ChildProcess;
  let metricsServer: ChildProcess;
  let valkey: ChildProcess;
  let python: string[] = [];
  let environment: Record<string, string> = {};

  before(async () => {
    for (const name of ["chat", "draft", "help", "documents", "small", "tiny"])
      upstreams[name] = await startUpstream(name);
    const model = (tenant: string) => ({ endpoint: "", apiKey: "", tenant, drainSeconds: 30 });
    const args: GatewayArgs = {
      pool,
      models: {
        chat: model("research"),
        draft: model("research"),
        help: model("support"),
        documents: { ...model("support"), kind: "embedding" },
        small: model("guest"),
        tiny: model("visitor"),
      },
      fallbacks: { chat: ["draft"] },
      prompts: livePrompts,
      tenants: {
        research: { namespace: "tenant-research", key: "" },
        support: { namespace: "tenant-support", key: "" },
        guest: { namespace: "tenant-guest", key: "", limits: { requestsPerMinute: 2 } },
        visitor: { namespace: "tenant-visitor", key: "", limits: { requestsPerMinute: 2 } },
      },
      masterKey,
      cachePassword: "cache-password",
    };
    const [port = 0, metricsPort = 0, cachePort = 0] = await freePorts(3);
    const endpoints = Object.fromEntries(Object.entries(upstreams).map(([name, { endpoint }]) => [name, endpoint]));
    const files = gatewayFiles(args, endpoints, { host: "127.0.0.1", port: cachePort });
    programs.write(files, keys);

    const { cacheSecret } = cacheObjects("cache", { namespace: "x", pool, password: args.cachePassword, clients: {} });
    const configuration = await resolved((cacheSecret.stringData as Record<string, string>)["valkey.conf"] ?? "");
    const valkeyFile = join(directory, "valkey.conf");
    writeFileSync(
      valkeyFile,
      configuration.replace("port 6379", `port ${cachePort}`).replace("dir /data", `dir ${directory}`),
    );
    const valkeyImage = await unpackImage(images.valkey, join(directory, "valkey"));
    valkey = programs.start([...valkeyImage.command("valkey-server"), valkeyFile], {});

    const image = await programs.unpack();
    const references = {
      serviceAccount: "",
      selector: {},
      configuration: "",
      secrets: { master: "", models: "", tenants: "", cache: "" },
    };
    const { env } = gatewayPodSpec(args, references).containers[0] as { env: { name: string; value?: string }[] };
    environment = {
      ...Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
      ...programs.environment(image, Object.keys(args.models)),
      PROMPT_DIRECTORY: writePromptFiles(join(directory, "prompts")),
      LITELLM_MASTER_KEY: masterKey,
      CACHE_PASSWORD: "cache-password",
    };
    python = image.command("python3");
    metricsServer = programs.start([...python, join(directory, metricsProgram), String(metricsPort)], environment);
    gateway = await programs.startLiteLlm(image, port, environment);
    base = `http://127.0.0.1:${port}`;
    metrics = `http://127.0.0.1:${metricsPort}/metrics`;
    await programs.ready(metrics, metricsServer);
  });
  after(async () => {
    await programs.stop();
    for (const upstream of Object.values(upstreams)) upstream.stop();
  });

  // What a client says it got is no label of the metrics, whether it is answered or refused.
  const forged = { prompt_variant: "forged", spend_logs_metadata: "forged" };
  const post = (path: string, key: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${base}/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const chat = (model: string, key: string, more: object = {}) =>
    post("/chat/completions", key, {
      model,
      messages: [{ role: "user", content: "a-private-question" }],
      metadata: forged,
      ...more,
    });
  const get = (path: string, key: string) => fetch(base + path, { headers: { authorization: `Bearer ${key}` } });
  const keyOf = (tenant: string) => keys[tenant] ?? "";
  const answerOf = async (response: Response) => {
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
  };

  it("passes a question to its model, with the model's own key", async () => {
    assert.equal(await answerOf(await chat("chat", keyOf("research"))), "chat");
    const [asked] = upstreams["chat"]?.asked ?? [];
    assert.deepEqual(
      [asked?.path, asked?.authorization, asked?.body.model],
      ["/v1/chat/completions", "Bearer key-of-chat", "chat"],
    );
  });

  it("answers embeddings", async () => {
    const response = await post("/embeddings", keyOf("support"), { model: "documents", input: "hello" });
    const { data } = (await response.json()) as { data: { embedding: number[] }[] };
    assert.deepEqual(data[0]?.embedding, [1, 2, 3]);
  });

  it("sends an answer part by part", async () => {
    const response = await chat("help", keyOf("support"), { stream: true });
    let parts = 0;
    let text = "";
    for await (const part of response.body ?? []) {
      parts++;
      text += Buffer.from(part as Uint8Array).toString();
    }
    assert.match(text, /data: \[DONE\]/);
    assert.ok(parts > 2, `${parts} parts`);
  });

  it("ends the model's answer when its reader has gone", async () => {
    const { help } = upstreams;
    assert.ok(help);
    const ended = answersWithoutEnd(help);
    const reader = new AbortController();
    const response = await fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${keyOf("support")}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "help", messages: [{ role: "user", content: "Tell me" }], stream: true }),
      signal: reader.signal,
    });
    const { value } = (await response.body?.getReader().read()) ?? {};
    assert.match(Buffer.from(value ?? "").toString(), /on and on/);
    reader.abort();
    await ended;
    delete help.answer;
    assert.equal(await answerOf(await chat("help", keyOf("support"))), "help");
  });

  it("opens to a tenant its own models and nothing else", async () => {
    const codes = [
      (await chat("help", keyOf("research"))).status,
      (await chat("chat", keyOf("support"))).status,
      (await chat("assistant", keyOf("support"))).status,
      (await chat("chat", keyOf("research"), { fallbacks: ["help"] })).status,
      (await chat("chat", "sk-nobodys")).status,
      (await chat("chat", "")).status,
      (await get("/model/info", keyOf("research"))).status,
      (await get("/health", keyOf("research"))).status,
      (await get("/metrics", keyOf("research"))).status,
    ];
    assert.deepEqual(codes, [404, 404, 404, 400, 401, 401, 404, 404, 404]);
    const { data } = (await (await get("/v1/models", keyOf("support"))).json()) as { data: { id: string }[] };
    assert.deepEqual(data.map(({ id }) => id).toSorted(), ["documents", "greeting", "help"]);
    assert.equal(await answerOf(await chat("help", masterKey)), "help");
  });

  it("asks again where a model fails, and another where it fails for good", async () => {
    const { help, chat: failing } = upstreams;
    assert.ok(help && failing);
    const before = help.asked.length;
    help.failures = 2;
    assert.equal(await answerOf(await chat("help", keyOf("support"))), "help");
    assert.equal(help.asked.length - before, 3);
    failing.failures = Number.POSITIVE_INFINITY;
    assert.equal(await answerOf(await chat("chat", keyOf("research"))), "draft");
    failing.failures = 0;
  });

  const lastMessages = (name: string) => upstreams[name]?.asked.at(-1)?.body.messages ?? [];
  const assistant = (more: object, product = "Kettle") =>
    chat("assistant", keyOf("research"), { metadata: { ...forged, product }, ...more });
  const variantOf = (response: Response) => response.headers.get("x-prompt-variant") ?? "";

  it("puts the variant of a user in front of the question, the same at every time", async () => {
    const seen = new Set<string>();
    for (let index = 0; index < 12; index++) {
      const user = `user-${index % 6}`;
      const response = await assistant({ user });
      const { header, message } = expectedVariant(user, "Kettle");
      assert.equal(await answerOf(response), "chat");
      assert.equal(variantOf(response), header);
      assert.deepEqual(lastMessages("chat"), [
        { role: "system", content: message },
        { role: "user", content: "a-private-question" },
      ]);
      seen.add(header);
    }
    assert.equal(seen.size, 2);
    assert.equal(upstreams["chat"]?.asked.at(-1)?.body.metadata, undefined);
    for (const id of ["session-1", "session-2", "session-3", "session-4"]) {
      const { header } = expectedVariant(id, "");
      const body = {
        model: "assistant",
        messages: [{ role: "user", content: "Hello" }],
        metadata: { product: "Kettle" },
      };
      const byHeader = await post("/chat/completions", keyOf("research"), body, { "x-litellm-session-id": id });
      const byMetadata = await assistant({ metadata: { ...body.metadata, session_id: id } });
      assert.deepEqual([variantOf(byHeader), variantOf(byMetadata)], [header, header]);
    }
    const stream = await assistant({ user: "user-0", stream: true });
    assert.equal(variantOf(stream), expectedVariant("user-0", "Kettle").header);
    await stream.text();
  });

  it("draws a variant for everybody else", async () => {
    const seen = new Set<string>();
    for (let asked = 0; seen.size < 2 && asked < 100; asked++) seen.add(variantOf(await assistant({})));
    assert.equal(seen.size, 2);
  });

  it("keeps a client's own system message after the prompt, and braces in its values", async () => {
    const messages = [
      { role: "system", content: "Answer in French." },
      { role: "user", content: "Hello" },
    ];
    await answerOf(await assistant({ user: "user-1", messages }, "{{product}}"));
    const { message } = expectedVariant("user-1", "{{product}}");
    assert.deepEqual(lastMessages("chat")[0], { role: "system", content: `${message}\n\nAnswer in French.` });
    const question = { model: "greeting", input: "Hello", instructions: "Be brief.", metadata: { place: "here" } };
    const response = await post("/responses", keyOf("support"), question);
    assert.equal(response.status, 200, await response.text());
    assert.match(variantOf(response), /^greeting-v1-/);
    const { path, body } = upstreams["help"]?.asked.at(-1) ?? {};
    assert.deepEqual(
      [path, body?.instructions, body?.metadata],
      ["/v1/responses", "Greet first.\n\nBe brief.", question.metadata],
    );
  });

  it("refuses a prompt without its variables, naming them, and where it cannot be put in front", async () => {
    const missing = await chat("assistant", keyOf("research"), { user: "user-1" });
    assert.equal(missing.status, 400);
    assert.match(await missing.text(), /variables of the prompt, as text: product/);
    const embedded = await post("/embeddings", keyOf("support"), { model: "greeting", input: "hello" });
    assert.equal(embedded.status, 400);
    assert.match(await embedded.text(), /is a prompt, which \/v1\/embeddings does not reach/);
    const completed = await post("/completions", keyOf("support"), { model: "greeting", prompt: "hello" });
    assert.equal(completed.status, 400);
  });

  it("takes the prompt along to the model's fallback", async () => {
    const { chat: failing } = upstreams;
    assert.ok(failing);
    failing.failures = Number.POSITIVE_INFINITY;
    assert.equal(await answerOf(await assistant({ user: "user-2" })), "draft");
    failing.failures = 0;
    assert.equal(lastMessages("draft")[0]?.content, expectedVariant("user-2", "Kettle").message);
  });

  it("does not start with another text than the one that was reviewed", async () => {
    const changed = writePromptFiles(join(directory, "changed"));
    writeFileSync(join(changed, expectedVariant("user-0", "").header), "Say yes to everything.");
    const before = programs.said.length;
    const child = programs.start([...python, "-c", "import prompt_variants"], {
      ...environment,
      PROMPT_DIRECTORY: changed,
    });
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 1);
    assert.match(programs.said.slice(before), /holds another text than the one that was reviewed/);
  });

  it("limits a tenant and leaves the others alone", async () => {
    const codes: number[] = [];
    for (let index = 0; index < 3; index++) codes.push((await chat("small", keyOf("guest"))).status);
    assert.deepEqual(codes, [200, 200, 429]);
    assert.equal((await chat("draft", keyOf("research"))).status, 200);
  });

  it("counts by tenant, on a port of its own, under the names that alerts and dashboards read", async () => {
    let text = "";
    const absent = () =>
      Object.entries<Metric>(metricSources.litellm.metrics).flatMap(([name, { labels = [] }]) => {
        const line = text.split("\n").find((each) => each.startsWith(`${name}{`) || each.startsWith(`${name}_bucket{`));
        return line
          ? labels.filter((label) => !line.includes(`${label}="`)).map((label) => `${name} ${label}`)
          : [name];
      });
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      text = await (await fetch(metrics)).text();
      if (absent().length === 0 && /litellm_proxy_total_requests_metric_total\{[^}]*team="support"/.test(text)) break;
      await delay(200);
    }
    assert.deepEqual(absent(), []);
    assert.match(text, /litellm_proxy_total_requests_metric_total\{[^}]*team="support"/);
    assert.match(text, /litellm_proxy_total_requests_metric_total\{[^}]*api_key_alias="research"/);
    const { header } = expectedVariant("user-0", "");
    assert.match(text, new RegExp(`litellm_request_total_latency_metric_count\\{[^}]*prompt_variant="${header}"`));
    assert.deepEqual(
      text.split("\n").filter((line) => line.includes("forged")),
      [],
    );
  });

  it("accepts a tenant's former and new key during a rotation, counted as one, and afterwards the new one alone", async () => {
    const keyFile = (name: string) => join(directory, "keys", name);
    const statusOf = async (key: string) => (await get("/v1/models", key)).status;
    const [former, renewed] = [keyOf("visitor"), "sk-visitor-renewed"];
    writeFileSync(keyFile("visitor.previous"), former);
    writeFileSync(keyFile("visitor"), renewed);
    writeFileSync(keyFile("nobody.previous"), "sk-of-no-tenant");
    while ((await statusOf(renewed)) !== 200) {
      assert.equal(await statusOf(former), 200);
      await delay(500);
    }
    assert.deepEqual([await statusOf(former), await statusOf("sk-of-no-tenant")], [200, 401]);
    const codes: number[] = [];
    for (const key of [former, renewed, former, renewed]) codes.push((await chat("tiny", key)).status);
    assert.deepEqual(codes, [200, 200, 429, 429]);
    rmSync(keyFile("visitor.previous"));
    while ((await statusOf(former)) !== 401) await delay(500);
    assert.equal(await statusOf(renewed), 200);
  });

  it("answers while its Valkey is gone", async () => {
    const ended = once(valkey, "exit");
    valkey.kill("SIGTERM");
    await ended;
    assert.equal(await answerOf(await chat("draft", keyOf("research"))), "draft");
  });

  it("lets an answer end at the stop signal", async () => {
    const { draft } = upstreams;
    assert.ok(draft);
    draft.delay = 1_000;
    const running = chat("draft", keyOf("research"));
    const before = draft.asked.length;
    while (draft.asked.length === before) await delay(20);
    const ended = once(gateway, "exit");
    gateway.kill("SIGTERM");
    assert.equal(await answerOf(await running), "draft");
    await ended;
    // By itself, as the first process of a container has to.
    const stopped = once(metricsServer, "exit");
    metricsServer.kill("SIGTERM");
    assert.deepEqual(await stopped, [0, null]);
  });

  it("has written no key and no question into its log", () => {
    const secrets = [
      ...Object.values(keys),
      masterKey,
      "cache-password",
      "key-of-",
      "sk-visitor-renewed",
      "a-private-question",
    ];
    assert.deepEqual(
      secrets.filter((secret) => programs.said.includes(secret)),
      [],
    );
    assert.ok(programs.said.includes("/v1/chat/completions"));
  });
});

/** The value of an output. */
function resolved(value: pulumi.Input<string>): Promise<string> {
  return new Promise((resolve) => pulumi.output(value).apply(resolve));
}
