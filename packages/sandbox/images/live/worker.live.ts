import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { images } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import { Queue } from "@genai/worker";
import getPort from "get-port";
import { ensureImages } from "../ensure.ts";
import { workspaceRoot } from "../layer-npm.ts";
import { storedName } from "../reference.ts";
import { startContainerd, type TestContainerd } from "./containerd.ts";

const postgresImage = "docker.io/pgvector/pgvector:0.8.0-pg17";
const password = "right";
const tmpfs = ["--mount", "type=tmpfs,src=tmpfs,dst=/scratch", "--mount", "type=tmpfs,src=tmpfs,dst=/tmp"];

describe("workers and pipelines on a real Valkey and PostgreSQL", function () {
  this.timeout(900_000);
  let containerd: TestContainerd;
  let embedder: Server;
  let [valkeyPort, postgresPort, embedderPort] = [0, 0, 0];
  const children: ChildProcess[] = [];
  /** What workers and pipelines said. */
  const said: string[] = [];
  /** Texts that were asked for, and how long each request takes. */
  const asked = { requests: 0, milliseconds: 20 };

  before(async () => {
    containerd = await startContainerd(temporaryDirectory("containerd"));
    [valkeyPort, postgresPort, embedderPort] = [await getPort(), await getPort(), await getPort()];
    const reports = await ensureImages([images.valkey, postgresImage, images.worker], { ...containerd, pull: false });
    assert.deepEqual(
      reports.filter(({ obtained }) => obtained === "unavailable"),
      [],
    );
    embedder = startEmbedder(embedderPort, asked);
    const valkey = `valkey-server --bind 127.0.0.1 --port ${valkeyPort} --requirepass ${password} --appendonly yes --dir /scratch`;
    let ended = "";
    void containerd.run(images.valkey, ["sh", "-c", valkey], ["--net-host", ...tmpfs]).then((said) => (ended = said));
    // One after the other: containers that start at once would make the same layers' snapshots.
    const first = queueOf("first");
    await until(async () => first.answers(), "Valkey").catch(() => assert.fail(`Valkey ended: ${ended}`));
    first.disconnect();
    const variables = [`POSTGRES_PASSWORD=${password}`, "POSTGRES_DB=vectors", "PGDATA=/scratch/data"];
    void containerd.run(
      postgresImage,
      ["docker-entrypoint.sh", "postgres", "-p", String(postgresPort)],
      ["--net-host", ...tmpfs, ...variables.flatMap((variable) => ["--env", variable])],
    );
    await until(async () => /^up$/m.test(await ask("SELECT 'up'")), "PostgreSQL");
    await ask("CREATE EXTENSION vector; CREATE SCHEMA collections");
    for (const table of ["handbook", "messages"])
      await ask(
        `CREATE TABLE collections.${table} (id text PRIMARY KEY, content text NOT NULL, metadata jsonb NOT NULL, embedding vector(3) NOT NULL)`,
      );
  });
  after(async () => {
    for (const child of children) child.kill("SIGKILL");
    embedder?.close();
    await containerd?.killAll();
    await containerd?.stop();
  });

  /** Runs a query in PostgreSQL. */
  function ask(query: string): Promise<string> {
    const command = ["psql", "--host=127.0.0.1", `--port=${postgresPort}`, "--username=postgres", "--dbname=vectors"];
    const flags = ["--tuples-only", "--no-align", `--command=${query}`];
    return containerd.run(postgresImage, [...command, ...flags], ["--net-host", "--env", `PGPASSWORD=${password}`]);
  }

  function queueOf(name: string): Queue {
    const reclaim = { maximumDeliveries: 3, reclaimMilliseconds: 1500, resultSeconds: 600 };
    return new Queue({ host: "127.0.0.1", port: valkeyPort, password, name, consumer: "test", ...reclaim });
  }

  /** Settings of a worker or a pipeline that writes to a table. */
  function settings(collection: string): Record<string, string> {
    return {
      EMBEDDING_URL: `http://127.0.0.1:${embedderPort}/v1`,
      EMBEDDING_API_KEY: "sk-test",
      EMBEDDING_MODEL: "test",
      EMBEDDING_DIMENSION: "3",
      CHUNK_TOKENS: "16",
      WRITER: "test",
      STORE_URL: `postgresql://127.0.0.1:${postgresPort}/vectors`,
      STORE_USER: "postgres",
      STORE_KEY: password,
      STORE_COLLECTION: collection,
    };
  }

  async function startWorker(queue: string, consumer: string, more: Record<string, string> = {}) {
    const metricsPort = await getPort();
    const child = run("worker", {
      ...settings("messages"),
      TASK: "embed",
      QUEUE_HOST: "127.0.0.1",
      QUEUE_PORT: String(valkeyPort),
      QUEUE_PASSWORD: password,
      QUEUE_NAME: queue,
      CONSUMER: consumer,
      MAXIMUM_DELIVERIES: "3",
      RECLAIM_MILLISECONDS: "1500",
      METRICS_PORT: String(metricsPort),
      ...more,
    });
    const answer = (path: string) => fetch(`http://127.0.0.1:${metricsPort}${path}`);
    await until(async () => (await answer("/readyz").catch(() => undefined))?.status === 200, "the worker");
    return { child, answer };
  }

  function run(command: string, environment: Record<string, string>): ChildProcess {
    const main = join(workspaceRoot, "packages/worker/main.ts");
    const child = spawn(process.execPath, [main, command], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    child.stdout.on("data", (part: Buffer) => said.push(String(part)));
    return child;
  }

  it("loses no message and stores none twice when workers are killed in the middle", async () => {
    const queue = queueOf("crash");
    const count = 60;
    for (let each = 0; each < count; each++)
      await queue.add(JSON.stringify({ document: `document ${each}`, text: "one two three ".repeat(10) }));
    await queue.open();
    for (const consumer of ["first", "second"]) {
      const { child } = await startWorker("crash", consumer);
      await delay(400);
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    assert.ok((await queue.backlog()).messages > 0, "the killed workers had not finished");
    const { child, answer } = await startWorker("crash", "third");
    await until(async () => (await queue.backlog()).messages === 0, "the queue to be empty");
    assert.equal((await queue.backlog()).putAside, 0, said.slice(-4).join(""));
    assert.match(
      await ask("SELECT count(DISTINCT metadata->>'document'), count(*) FROM collections.messages"),
      /^60\|120$/m,
    );
    assert.match(await (await answer("/metrics")).text(), /^genai_worker_backlog_messages\{queue="crash"\} 0$/m);
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    queue.disconnect();
  });

  it("puts a message aside that is wrong, at once, and one whose work fails, after three times", async () => {
    const queue = queueOf("poison");
    await queue.open();
    await queue.add("no JSON");
    await queue.add(JSON.stringify({ document: "fails", text: "please-fail" }));
    const good = await queue.add(JSON.stringify({ document: "good", text: "a good one" }));
    const { child, answer } = await startWorker("poison", "only");
    await until(async () => (await queue.backlog()).putAside === 2, "two messages to be put aside");
    assert.equal((await queue.backlog()).messages, 0);
    assert.equal(await queue.result(good), JSON.stringify({ document: "good", chunks: 1 }));
    const metrics = await (await answer("/metrics")).text();
    assert.match(metrics, /^genai_worker_messages_total\{outcome="retried",queue="poison"\} 2$/m);
    assert.match(metrics, /^genai_worker_messages_total\{outcome="putAside",queue="poison"\} 2$/m);
    child.kill("SIGKILL");
    queue.disconnect();
  });

  it("finishes what it has when it is told to stop", async () => {
    const queue = queueOf("drain");
    await queue.open();
    asked.milliseconds = 1000;
    const id = await queue.add(JSON.stringify({ document: "slow", text: "a slow one" }));
    const { child } = await startWorker("drain", "only");
    const before = asked.requests;
    await until(async () => asked.requests > before || (await queue.backlog()).messages === 0, "the work to begin");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    assert.match((await queue.result(id)) ?? "", /"chunks":1/);
    asked.milliseconds = 20;
    queue.disconnect();
  });

  it("goes on with a pipeline where it was killed, and puts the bad document aside", async () => {
    const directory = temporaryDirectory("documents");
    mkdirSync(join(directory, "guide"));
    for (let each = 10; each < 50; each++)
      writeFileSync(join(directory, "guide", `${each}.md`), `# Page ${each}\n\n${"some words of it ".repeat(8)}`);
    writeFileSync(join(directory, "broken.txt"), Buffer.from([0xff, 0xfe, 0x00]));
    const termination = join(directory, ".termination");
    const environment = {
      ...settings("handbook"),
      SOURCE_KIND: "volume",
      SOURCE_LOCATION: directory,
      JOURNAL: join(temporaryDirectory("state"), "journal.json"),
      TERMINATION_MESSAGE: termination,
    };
    // Slow enough to be killed in the middle.
    asked.milliseconds = 300;
    const first = run("pipeline", environment);
    const stored = async () =>
      Number(/^\d+$/m.exec(await ask("SELECT count(DISTINCT metadata->>'document') FROM collections.handbook"))?.[0]);
    await until(async () => (await stored()) > 0, "the first document");
    const killed = once(first, "exit");
    first.kill("SIGKILL");
    await killed;
    asked.milliseconds = 20;
    const half = await stored();
    assert.ok(half < 40, `${half} documents`);
    const finished = async () => {
      const child = run("pipeline", environment);
      let said = "";
      child.stdout?.on("data", (part: Buffer) => (said += String(part)));
      assert.deepEqual(await once(child, "exit"), [0, null]);
      return JSON.parse(said.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    };
    const second = await finished();
    assert.deepEqual(
      [second["stored"], second["unchanged"], second["removed"], second["putAside"]],
      [40 - half, half, 0, 1],
    );
    assert.equal(await stored(), 40);
    assert.match(
      await ask(
        "SELECT count(*) - count(DISTINCT (metadata->'document', metadata->'chunk')) FROM collections.handbook",
      ),
      /^0$/m,
    );
    writeFileSync(join(directory, "guide", "10.md"), "# Page 10\n\nSaid anew.");
    const third = await finished();
    assert.deepEqual([third["stored"], third["unchanged"]], [1, 39]);
  });

  it("has an image that starts as it is deployed, and names the setting that it lacks", async () => {
    const said = await containerd.run(storedName(images.worker), ["node", "/app/packages/worker/main.ts", "pipeline"]);
    assert.match(said, /"event":"failed","reason":"EMBEDDING_MODEL is missing/);
  });
});

/** An embedding server whose tokens are words; it fails on texts that ask for it. */
function startEmbedder(port: number, asked: { requests: number; milliseconds: number }): Server {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += String(part);
    const { inputs = [], input = [] } = JSON.parse(body) as { inputs?: string[]; input?: string[] };
    if (request.url === "/tokenize") {
      const places = inputs.map((text) =>
        [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({ start: index, stop: index + word.length })),
      );
      return response.end(JSON.stringify(places));
    }
    asked.requests++;
    await delay(asked.milliseconds);
    response.statusCode = input.some((text) => text.includes("please-fail")) ? 401 : 200;
    return response.end(JSON.stringify({ data: input.map((_, index) => ({ index, embedding: [1, 2, 3] })) }));
  });
  return server.listen(port, "127.0.0.1");
}

/** Waits until something holds, a minute at most. */
async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited a minute for ${what}`);
    await delay(100);
  }
}
