import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { assert } from "@genai/testing";
import type { ImageReport } from "@genai/sandbox";
import { execa } from "execa";
import { proxyRequest } from "../proxy-request.ts";
import type { SmokeResult } from "../smoke.ts";
import type { PlatformStatus } from "../status.ts";
import { deployedVisit } from "./chat-page/deployed.ts";
import { type Checkout, copyCheckout } from "./checkout.ts";
import { processes } from "./processes.ts";
import { enter, visit, webSocket } from "./visitor.ts";
import { startTenantClient } from "./tenant-client.ts";

interface UpResult extends PlatformStatus {
  changes: Record<string, number>;
  proxy?: string;
  images: ImageReport[];
  smoke: SmokeResult[];
}

const namespace = "tenant-research";
const endpoint = `http://draft.${namespace}.svc.cluster.local:8000`;

describe("the dev stack on a real node", function () {
  this.timeout(600_000);
  let checkout: Checkout;
  let result: UpResult;
  let key: string;

  const up = async (): Promise<UpResult> => {
    const { exitCode, stdout, all } = await checkout.genai("up", "--json");
    assert.equal(exitCode, 0, all);
    return JSON.parse(stdout) as UpResult;
  };
  const kubectl = (...args: string[]) => checkout.kubectl("dev", "-n", namespace, ...args);
  const ask = (content: string, authorization = `Bearer ${key}`) =>
    proxyRequest(result.proxy ?? "", `${endpoint}/v1/chat/completions`, {
      headers: { Authorization: authorization },
      body: { model: "draft", messages: [{ role: "user", content }] },
    });
  const draftPods = () =>
    kubectl("get", "pods", "-l", "app.kubernetes.io/instance=draft", "-o", "jsonpath={.items[*].metadata.uid}");
  const draftPod = () =>
    kubectl(
      "get",
      "pods",
      "-l",
      "app.kubernetes.io/instance=draft",
      "-o",
      "jsonpath={.items[0].metadata.uid} {.items[0].metadata.name}",
    );

  before(async () => {
    checkout = await copyCheckout();
    result = await up();
    key = Buffer.from(
      await kubectl("get", "secret", "draft-api-key", "-o", "jsonpath={.data.api-key}"),
      "base64",
    ).toString();
  });
  after(() => checkout.remove());

  it("asks every service by its name and with a key, and says what it left alone", () => {
    assert.deepEqual(Object.fromEntries(result.smoke.map(({ service, outcome }) => [service, outcome])), {
      batch: "answered",
      chat: "answered",
      "chat-page": "answered",
      documents: "answered",
      draft: "answered",
      "gateway, for research": "answered",
      "gateway, prompt assistant": "answered",
      handbook: "not exercised",
      main: "answered",
    });
  });

  it("says of every image whether it was pulled, built, or what stands in for it", () => {
    const vllm = result.images.find(({ reference }) => reference.includes("vllm-openai"));
    assert.match(`${vllm?.obtained}: ${vllm?.from}`, /^stand-in: llm-d-inference-sim/);
    const plugin = result.images.find(({ reference }) => reference.includes("k8s-device-plugin"));
    assert.equal(plugin?.workload, "simulated");
    const runs = new Map(result.workloads.map(({ name, runs }) => [name, runs]));
    assert.equal(runs.get("chat"), "stand-in");
    for (const name of ["gateway", "gateway-cache", "chat-page"]) assert.equal(runs.get(name), "real", name);
    assert.equal(runs.get("nvidia-device-plugin"), "simulated");
  });

  it("answers a chat with the key, and none without", async () => {
    const { status, body } = await ask("Say this again");
    assert.equal(status, 200, body);
    const { choices } = JSON.parse(body) as { choices: { message: { content: string } }[] };
    assert.equal(choices[0]?.message.content, "Say this again");
    assert.equal((await ask("Say this again", "Bearer wrong")).status, 401);
  });

  it("answers a chat on the page, through the gateway, after the administrator signed in", async () => {
    const page = (path: string, body: object, headers = {}) =>
      proxyRequest(result.proxy ?? "", `http://chat-page.${namespace}.svc.cluster.local:8080/api${path}`, {
        headers,
        body,
      });
    const secret = await kubectl("get", "secret", "chat-page", "-o", "jsonpath={.data.administrator-password}");
    const password = Buffer.from(secret, "base64").toString();
    const signIn = await page("/v1/auths/signin", { email: "administrator@localhost", password });
    assert.equal(signIn.status, 200, signIn.body);
    const { token } = JSON.parse(signIn.body) as { token: string };
    const messages = [{ role: "user", content: "Through the page" }];
    const question = { model: "chat", stream: false, messages };
    const { status, body } = await page("/chat/completions", question, { Authorization: `Bearer ${token}` });
    assert.equal(status, 200, body);
    const { choices } = JSON.parse(body) as { choices: { message: { content: string } }[] };
    assert.equal(choices[0]?.message.content, "Through the page");
    assert.equal((await page("/chat/completions", question)).status, 401);
  });

  it("opens the page for the browser that comes by the printed address, WebSockets included, and for nobody else", async () => {
    const opened = checkout.start("open", "chat-page", "--json");
    try {
      const line = await new Promise<string>((resolve) => opened.stdout.once("data", (data) => resolve(String(data))));
      const address = new URL((JSON.parse(line) as { address: string }).address);
      const Cookie = await enter(address);
      assert.match((await visit(address, "/", { Cookie })).body, /<title>Open WebUI/);
      const socket = "/ws/socket.io/?EIO=4&transport=websocket";
      const Origin = address.origin;
      assert.equal((await visit(address, socket, { ...webSocket, Cookie, Origin })).status, 101);
      for (const path of ["/", address.pathname]) assert.equal((await visit(address, path)).status, 401, path);
      assert.equal((await visit(address, socket, { ...webSocket, Origin })).status, 401);
    } finally {
      opened.kill("SIGINT");
      const { exitCode, all } = await opened;
      assert.equal(exitCode, 0, all);
    }
  });

  it("runs the engine and its plugins where no other user of the machine reaches their ports", async () => {
    const networkOf = (pid: number | "self") => readlinkSync(`/proc/${pid}/ns/net`);
    const preview = checkout.start("preview", "--json");
    const networks = new Map<string, string>();
    for (let ended = false; !ended; ended = await Promise.race([preview.then(() => true), delay(50, false)]))
      for (const { pid, command } of processes()) {
        const program = /\/(?:pulumi-resource-|plugins\/)(kubernetes)\b|\/(pulumi) /
          .exec(command)
          ?.slice(1)
          .find(Boolean);
        if (program && command.includes(checkout.directory) && !command.startsWith("nsenter "))
          networks.set(
            program,
            attempt(() => networkOf(pid)),
          );
      }
    const { exitCode, all } = await preview;
    assert.equal(exitCode, 0, all);
    assert.deepEqual([...networks.keys()].toSorted(), ["kubernetes", "pulumi"]);
    assert.ok(![...networks.values()].includes(networkOf("self")));
  });

  it("keeps its state from other users of the machine", async () => {
    const state = join(checkout.directory, ".genai");
    // Everybody may look into a checkout; a test's own is otherwise private as a whole.
    chmodSync(checkout.directory, 0o755);
    const nobody = { uid: 65_534, gid: 65_534, cwd: "/", reject: false } as const;
    const found = await execa("find", [checkout.directory, "-path", `${state}*`], nobody);
    assert.equal(found.stdout, state);
    for (const file of ["passphrase", "Pulumi.dev.yaml", "backend/.pulumi/stacks/genai/dev.json"]) {
      assert.ok(existsSync(join(state, file)), file);
      assert.equal((await execa("cat", [join(state, file)], nobody)).exitCode, 1, file);
    }
  });

  const assertVisited = async (run: string) => {
    const { models, hello, answer, problems } = await deployedVisit(checkout, result.proxy ?? "", run);
    assert.deepEqual([models, problems], [["chat", "draft", "assistant"], []]);
    // The stand-in repeats what it is told: the question, and what of the document is near it.
    assert.match(hello, /Hello/);
    assert.match(answer, /thirty-one days/);
  };

  it("serves an ordinary user of the page, in a browser: a chat, and a document that is asked about", () =>
    assertVisited("deployed-page"));

  it("finds a document again: embedded, kept in the vector store, near the question that asks for it", async () => {
    const secret = await kubectl("get", "secret", "documents-api-key", "-o", "jsonpath={.data.api-key}");
    const embedderKey = Buffer.from(secret, "base64").toString();
    const embed = async (input: string) => {
      const url = `http://documents.${namespace}.svc.cluster.local:8080/v1/embeddings`;
      const headers = { Authorization: `Bearer ${embedderKey}` };
      const { body } = await proxyRequest(result.proxy ?? "", url, { headers, body: { model: "documents", input } });
      return JSON.stringify((JSON.parse(body) as { data: { embedding: number[] }[] }).data[0]?.embedding);
    };
    const sql = (command: string) =>
      kubectl(
        "exec",
        "main-0",
        "--",
        "psql",
        "--username=postgres",
        "--dbname=vectors",
        "--tuples-only",
        "--no-align",
        "-c",
        command,
      );
    const documents = {
      leave: "Employees may take thirty days of paid holiday a year.",
      travel: "Journeys by train are booked through the travel office.",
      lunch: "The canteen serves soup on Mondays.",
    };
    for (const [id, content] of Object.entries(documents))
      await sql(
        `INSERT INTO handbook (id, content, embedding) VALUES ('${id}', '${content}', '${await embed(content)}')`,
      );
    const nearest = (question: string) =>
      embed(question).then((vector) => sql(`SELECT id FROM handbook ORDER BY embedding <=> '${vector}' LIMIT 1`));
    assert.equal(await nearest("How much vacation do I get?"), "leave");
    assert.equal(await nearest("Where can I order a rail ticket?"), "travel");
  });

  it("shows its logs, and vLLM's own metrics", async () => {
    const [, name = ""] = (await draftPod()).split(" ");
    assert.match(await kubectl("logs", name), /draft/);
    const { body } = await proxyRequest(result.proxy ?? "", `${endpoint}/metrics`);
    assert.match(body, /^vllm:num_requests_running\{/m);
  });

  it("restarts a container that was killed, and answers again", async () => {
    const [uid = "", name = ""] = (await draftPod()).split(" ");
    const killed = processesOf(uid).filter((pid) => commandOf(pid).includes("llm-d-inference-sim"));
    assert.equal(killed.length, 1);
    for (const pid of killed) process.kill(pid, "SIGKILL");
    const restarts = async () =>
      Number(await kubectl("get", "pod", name, "-o", "jsonpath={.status.containerStatuses[0].restartCount}"));
    for (let waited = 0; (await restarts()) === 0 && waited < 60; waited++) await delay(500);
    assert.equal(await restarts(), 1);
    // The Service takes the Pod back once its probe succeeds.
    let status = 0;
    for (let waited = 0; status !== 200 && waited < 60; waited++) {
      await delay(500);
      ({ status } = await ask("Again"));
    }
    assert.equal(status, 200);
  });

  it("drops no request while an update replaces the Pods of a model", async () => {
    const [before = ""] = (await draftPod()).split(" ");
    checkout.edit("Pulumi.dev.yaml", "contextLength: 8192", "contextLength: 4096");
    const answers = new Map<string, number>();
    let done = false;
    const load = Promise.all(
      Array.from({ length: 3 }, async () => {
        while (!done) {
          const outcome = await ask("One of many").then(
            ({ status, body }) => (status === 200 ? "ok" : `${status} ${body.slice(0, 80)}`),
            (error: Error) => error.message,
          );
          answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
          await delay(20);
        }
      }),
    );
    try {
      result = await up();
      // The old Pod drains after the new one is Ready, and must be gone before the load ends.
      for (let waited = 0; (await draftPods()).includes(before) && waited < 120; waited++) await delay(500);
    } finally {
      done = true;
      await load;
    }
    assert.ok(!(await draftPods()).includes(before));
    assert.deepEqual([...answers.keys()], ["ok"], JSON.stringify([...answers]));
    assert.ok((answers.get("ok") ?? 0) > 100);
  });

  it("rotates a tenant's key: a client goes on with the former one until the end, and the page has the new one", async () => {
    const proxy = result.proxy ?? "";
    const keyOf = async () => {
      const args = ["get", "secret", "gateway-tenants", "-n", "genai-gateway", "-o", "jsonpath={.data.research}"];
      return Buffer.from(await checkout.kubectl("dev", ...args), "base64").toString();
    };
    const rotate = async (...options: string[]) => {
      const { exitCode, all } = await checkout.genai("secrets", "rotate", "tenantKey-research", ...options);
      assert.equal(exitCode, 0, all);
      result = await up();
      const used = new Map(result.smoke.map(({ service, outcome }) => [service, outcome]));
      assert.deepEqual([used.get("gateway, for research"), used.get("chat-page")], ["answered", "answered"]);
      return all;
    };
    const former = await keyOf();
    const client = startTenantClient(proxy, former, "draft");
    let said: string;
    try {
      said = await rotate();
    } finally {
      await client.stop();
    }
    const renewed = await keyOf();
    assert.notEqual(renewed, former);
    assert.deepEqual([...client.statuses.keys()], [200], JSON.stringify([...client.statuses]));
    assert.ok((client.statuses.get(200) ?? 0) > 20);
    const next = startTenantClient(proxy, renewed, "draft");
    try {
      said += await rotate("--finish");
    } finally {
      await next.stop();
    }
    assert.deepEqual([...next.statuses.keys()], [200], JSON.stringify([...next.statuses]));
    const refused = startTenantClient(proxy, former, "draft");
    await refused.stop();
    assert.deepEqual([...refused.statuses.keys()], [401]);
    assert.ok(![former, renewed].some((key) => said.includes(key)));
  });

  it("finds nothing to change afterwards: Pods alone were fitted to the node, not what owns them", async () => {
    assert.deepEqual(Object.keys((await up()).changes), ["same"]);
  });

  it("serves an ordinary user of the page again, with the tenant's new key", () =>
    assertVisited("deployed-page-new-key"));

  it("runs on simulated nodes alone where the stack file says so", async () => {
    checkout.edit("Pulumi.dev.yaml", "  genai:tenants:", "  genai:sandbox: { realNode: false }\n  genai:tenants:");
    const { workloads, simulated, smoke, proxy } = await up();
    assert.equal(proxy, undefined);
    assert.ok(simulated && workloads.every(({ runs }) => runs === "simulated"), JSON.stringify(workloads));
    assert.ok(smoke.every(({ outcome }) => outcome === "not exercised"));
    // The API of usage is the host's again, as in a cluster that never had a real node.
    const service = await kubectl(
      "get",
      "apiservice",
      "v1beta1.metrics.k8s.io",
      "-o",
      "jsonpath={.spec.service.namespace}",
    );
    assert.equal(service, "kube-system");
  });
});

/** The processes of a Pod's containers, by its cgroup. */
function processesOf(uid: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && read(`/proc/${entry}/cgroup`).includes(uid))
    .map(Number);
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

/** A file of a process that may have ended meanwhile. */
function read(path: string): string {
  return attempt(() => readFileSync(path, "utf8"));
}

function attempt(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}
