import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { images } from "@genai/catalog";
import { unpackImage } from "@genai/sandbox";
import {
  cacheObjects,
  type GatewayArgs,
  gatewayFiles,
  gatewayPodSpec,
  metricsProgram,
  modelKeyVariable,
} from "@genai/services";
import { assert, temporaryDirectory } from "@genai/testing";
import * as pulumi from "@pulumi/pulumi";
import getPort from "get-port";
import { startUpstream, type Upstream } from "./upstream.ts";

const pool = { name: "system", nodes: 1, memory: "16Gi", taints: [] };
const keys: Record<string, string> = { research: "sk-research-key", support: "sk-support-key", guest: "sk-guest-key" };
const masterKey = "sk-master-key";

describe("the gateway: the real LiteLLM and the real Valkey on what is rendered", function () {
  this.timeout(300_000);
  const upstreams: Record<string, Upstream> = {};
  const children: ChildProcess[] = [];
  let [base, metrics, directory, said] = ["", "", "", ""];
  let gateway: ChildProcess;
  let valkey: ChildProcess;

  const start = (command: readonly string[], environment: Record<string, string>) => {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { env: environment, cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (said += String(part)));
    children.push(child);
    return child;
  };
  const ready = async (url: string) => {
    while (
      !(await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      const ended = children.find(({ exitCode }) => exitCode !== null);
      if (ended) throw new Error(`${ended.spawnfile} ended: ${said.slice(-2000)}`);
      await delay(100);
    }
  };

  before(async () => {
    directory = temporaryDirectory("gateway");
    for (const name of ["chat", "draft", "help", "documents", "small"]) upstreams[name] = await startUpstream(name);
    const model = (tenant: string) => ({ endpoint: "", apiKey: "", tenant, drainSeconds: 30 });
    const args: GatewayArgs = {
      pool,
      models: {
        chat: model("research"),
        draft: model("research"),
        help: model("support"),
        documents: model("support"),
        small: model("guest"),
      },
      fallbacks: { chat: ["draft"] },
      tenants: {
        research: { namespace: "tenant-research", key: "" },
        support: { namespace: "tenant-support", key: "" },
        guest: { namespace: "tenant-guest", key: "", limits: { requestsPerMinute: 2 } },
      },
      masterKey,
      cachePassword: "cache-password",
    };
    const [port, metricsPort, cachePort] = [await getPort(), await getPort(), await getPort()];
    const endpoints = Object.fromEntries(Object.entries(upstreams).map(([name, { endpoint }]) => [name, endpoint]));
    const files = gatewayFiles(args, endpoints, { host: "127.0.0.1", port: cachePort });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    for (const sub of ["keys", "counts", "litellm", "valkey"]) mkdirSync(join(directory, sub));
    for (const [tenant, key] of Object.entries(keys)) writeFileSync(join(directory, "keys", tenant), key);

    const { cacheSecret } = cacheObjects("cache", { namespace: "x", pool, password: args.cachePassword, clients: {} });
    const configuration = await resolved((cacheSecret.stringData as Record<string, string>)["valkey.conf"] ?? "");
    const valkeyFile = join(directory, "valkey.conf");
    writeFileSync(
      valkeyFile,
      configuration.replace("port 6379", `port ${cachePort}`).replace("dir /data", `dir ${directory}`),
    );
    const valkeyImage = await unpackImage(images.valkey, join(directory, "valkey"));
    valkey = start([...valkeyImage.command("valkey-server"), valkeyFile], {});

    const image = await unpackImage(images.liteLlm, join(directory, "litellm"));
    const references = {
      serviceAccount: "",
      selector: {},
      configuration: "",
      secrets: { master: "", models: "", tenants: "", cache: "" },
    };
    const { env } = gatewayPodSpec(args, references).containers[0] as { env: { name: string; value?: string }[] };
    const environment = {
      ...Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
      ...image.pythonEnvironment,
      HOME: directory,
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      TENANT_KEY_DIRECTORY: join(directory, "keys"),
      PROMETHEUS_MULTIPROC_DIR: join(directory, "counts"),
      LITELLM_MASTER_KEY: masterKey,
      CACHE_PASSWORD: "cache-password",
      ...Object.fromEntries(Object.keys(args.models).map((name) => [modelKeyVariable(name), `key-of-${name}`])),
    };
    const python = image.command("python3");
    const options = ["--host", "127.0.0.1", "--port", String(port), "--config", join(directory, "config.yaml")];
    gateway = start([...python, "-c", "import litellm; litellm.run_server()", ...options], environment);
    start([...python, join(directory, metricsProgram), String(metricsPort)], environment);
    base = `http://127.0.0.1:${port}`;
    metrics = `http://127.0.0.1:${metricsPort}/metrics`;
    await ready(`${base}/health/readiness`);
    await ready(metrics);
  });
  after(async () => {
    for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    for (const upstream of Object.values(upstreams)) upstream.stop();
  });

  const post = (path: string, key: string, body: object) =>
    fetch(`${base}/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const chat = (model: string, key: string, more: object = {}) =>
    post("/chat/completions", key, { model, messages: [{ role: "user", content: "a-private-question" }], ...more });
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

  it("opens to a tenant its own models and nothing else", async () => {
    const codes = [
      (await chat("help", keyOf("research"))).status,
      (await chat("chat", keyOf("support"))).status,
      (await chat("chat", keyOf("research"), { fallbacks: ["help"] })).status,
      (await chat("chat", "sk-nobodys")).status,
      (await chat("chat", "")).status,
      (await get("/model/info", keyOf("research"))).status,
      (await get("/health", keyOf("research"))).status,
      (await get("/metrics", keyOf("research"))).status,
    ];
    assert.deepEqual(codes, [403, 403, 403, 401, 401, 403, 403, 401]);
    const { data } = (await (await get("/v1/models", keyOf("support"))).json()) as { data: { id: string }[] };
    assert.deepEqual(data.map(({ id }) => id).toSorted(), ["documents", "help"]);
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

  it("limits a tenant and leaves the others alone", async () => {
    const codes: number[] = [];
    for (let index = 0; index < 3; index++) codes.push((await chat("small", keyOf("guest"))).status);
    assert.deepEqual(codes, [200, 200, 429]);
    assert.equal((await chat("draft", keyOf("research"))).status, 200);
  });

  it("counts by tenant, on a port of its own", async () => {
    let text = "";
    while (!/litellm_proxy_total_requests_metric_total\{[^}]*team="support"/.test(text)) {
      text = await (await fetch(metrics)).text();
      await delay(200);
    }
    assert.match(text, /litellm_proxy_total_requests_metric_total\{[^}]*api_key_alias="research"/);
  });

  it("takes a replaced key without a restart, and the old one no more", async () => {
    writeFileSync(join(directory, "keys", "support"), "sk-support-renewed");
    while ((await get("/v1/models", "sk-support-renewed")).status !== 200) await delay(500);
    assert.equal((await get("/v1/models", keyOf("support"))).status, 401);
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
  });

  it("has written no key and no question into its log", () => {
    const secrets = [
      ...Object.values(keys),
      masterKey,
      "cache-password",
      "key-of-",
      "sk-support-renewed",
      "a-private-question",
    ];
    assert.deepEqual(
      secrets.filter((secret) => said.includes(secret)),
      [],
    );
    assert.ok(said.includes("/v1/chat/completions"));
  });
});

/** The value of an output. */
function resolved(value: pulumi.Input<string>): Promise<string> {
  return new Promise((resolve) => pulumi.output(value).apply(resolve));
}
