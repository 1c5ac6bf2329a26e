import { rename, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { assert } from "@genai/testing";
import { execa } from "execa";
import { componentNames } from "../kwokctl-config.ts";
import { deleteCluster, processNames, readCluster, startCluster, stopCluster } from "../lifecycle.ts";
import type { Cluster, ClusterOptions } from "../options.ts";
import { clusterPaths } from "../paths.ts";
import { cpuPool, clusterOptions, pids, programs, removeCluster, withClient } from "./fixtures.ts";

const everyComponent = processNames({}).toSorted();
const keptPath = "/api/v1/namespaces/default/configmaps";

/** Leaves something in the cluster whose loss would show. */
async function remember(cluster: Cluster): Promise<void> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept" }, data: { answer: "42" } };
  await withClient(cluster, (client) => client.request("POST", keptPath, { body }));
}

async function remembered(cluster: Cluster): Promise<string | undefined> {
  const kept = await withClient(cluster, (client) =>
    client.request<{ data: Record<string, string> }>("GET", `${keptPath}/kept`),
  );
  return kept.data["answer"];
}

describe("an embedded cluster on bad days", () => {
  let options: ClusterOptions;
  let cluster: Cluster;
  const restart = async () => (cluster = await startCluster(options));

  before(async () => {
    options = await clusterOptions("bad", [cpuPool]);
    await restart();
    await remember(cluster);
  });

  after(() => removeCluster(options));

  for (const program of ["kube-apiserver", "etcd"]) {
    it(`recovers with its data from a killed ${program}`, async () => {
      for (const pid of await pids(options.directory, program)) process.kill(pid, "SIGKILL");
      while ((await programs(options.directory)).includes(program)) await delay(20);
      assert.equal((await readCluster(options.directory))?.running, false);
      await restart();
      assert.deepEqual(await programs(options.directory), everyComponent);
      assert.equal(await remembered(cluster), "42");
    });
  }

  it("keeps its data and its address over stop and start, and a stop leaves no process", async () => {
    const { server } = cluster;
    await stopCluster(options.directory);
    assert.deepEqual(await programs(options.directory), []);
    assert.equal((await readCluster(options.directory))?.running, false);
    await restart();
    assert.equal(cluster.server, server);
    assert.equal(await remembered(cluster), "42");
  });

  it("after a reboot neither trusts nor kills the processes that its pid files now name", async () => {
    for (const pid of await pids(options.directory)) process.kill(pid, "SIGKILL");
    const foreign = execa("sleep", ["600"]);
    try {
      const { pids: pidFiles } = clusterPaths(options.directory, options.name);
      for (const component of componentNames({}))
        await writeFile(join(pidFiles, `${component}.pid`), String(foreign.pid));
      await restart();
      assert.deepEqual(await programs(options.directory), everyComponent);
      await stopCluster(options.directory);
      assert.equal(process.kill(foreign.pid ?? 0, 0), true);
    } finally {
      foreign.kill();
      await foreign.catch(() => undefined);
    }
  });

  it("moves to another port where its own was taken", async () => {
    await stopCluster(options.directory);
    const port = Number(new URL(cluster.server).port);
    const squatter = createServer().listen(port, "127.0.0.1");
    try {
      await restart();
      assert.notEqual(Number(new URL(cluster.server).port), port);
      assert.equal(await remembered(cluster), "42");
    } finally {
      squatter.close();
    }
  });

  it("changes how components run without losing data", async () => {
    cluster = await startCluster({ ...options, disableRequestLimits: true });
    assert.equal(await remembered(cluster), "42");
  });

  it("ends the old processes of a checkout that was moved", async () => {
    const old = options.directory;
    options = { ...options, directory: join(old, "..", "moved"), name: `${options.name}-moved` };
    await rename(old, options.directory);
    await restart();
    assert.deepEqual(await programs(old), []);
    assert.deepEqual(await programs(options.directory), everyComponent);
  });

  it("does not touch an API server that is marked as another cluster", async () => {
    const path = "/api/v1/namespaces/kube-system/configmaps/genai-sandbox";
    const mark = (name: string) =>
      withClient(cluster, (client) =>
        client.request("PATCH", path, { body: { data: { name } }, contentType: "application/merge-patch+json" }),
      );
    await mark("production");
    await assert.rejects(startCluster({ ...options, pools: [] }), /says that it is "production", not "genai-bad-/);
    await mark(options.name);
    await restart();
  });
});

describe("a start that ends early", () => {
  let options: ClusterOptions;

  beforeEach(async () => {
    options = await clusterOptions("early", [cpuPool]);
  });

  afterEach(() => removeCluster(options));

  it("is repaired when killed at any moment", async () => {
    const script = `import { startCluster } from ${JSON.stringify(join(import.meta.dirname, "..", "lifecycle.ts"))};
      await startCluster(${JSON.stringify(options)});`;
    for (const milliseconds of [400, 1500, 3000]) {
      const start = execa(process.execPath, ["--input-type=module", "--eval", script], { reject: false });
      await delay(milliseconds);
      start.kill("SIGKILL");
      await start;
    }
    const cluster = await startCluster(options);
    assert.equal(cluster.running, true);
    assert.deepEqual(await programs(options.directory), everyComponent);
  });

  it("leaves no process when aborted, and the next one works", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 1200);
    await assert.rejects(startCluster({ ...options, signal: abort.signal }), { name: "AbortError" });
    assert.deepEqual(await programs(options.directory), []);
    assert.equal((await startCluster(options)).running, true);
  });

  it("says which component does not come up, with the end of its log", async () => {
    await startCluster(options);
    await stopCluster(options.directory);
    const { data } = clusterPaths(options.directory, options.name);
    await writeFile(join(data, "member", "snap", "db"), "damaged");
    const message =
      /etcd of the cluster "genai-early-.*" ended by itself\.[^]*etcd\.log\):\n[^]*panic[^]*npm run reset/;
    await assert.rejects(startCluster(options), message);
    assert.deepEqual(await programs(options.directory), []);
  });

  it("can be deleted half-made, without any tool and without a record", async () => {
    await startCluster(options);
    await writeFile(join(options.directory, "cluster.json"), "{ half");
    await deleteCluster(options.directory);
    assert.deepEqual(await programs(options.directory), []);
    await assert.rejects(stat(options.directory), { code: "ENOENT" });
  });
});

describe("two embedded clusters", () => {
  it("start at once and do not know of each other", async () => {
    const [one, two] = [await clusterOptions("one", [cpuPool]), await clusterOptions("two", [cpuPool])];
    try {
      const [first, second] = await Promise.all([startCluster(one), startCluster(two)]);
      assert.notEqual(first.server, second.server);
      await remember(first);
      await assert.rejects(remembered(second), /not found/);
      await deleteCluster(one.directory);
      assert.deepEqual(await programs(two.directory), everyComponent);
      assert.equal((await readCluster(two.directory))?.running, true);
    } finally {
      await removeCluster(one);
      await removeCluster(two);
    }
  });
});
