import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "@genai/testing";
import { type Checkout, copyCheckout } from "./checkout.ts";
import { processes } from "./processes.ts";

describe("bad input and bad days", function () {
  this.timeout(600_000);
  let checkout: Checkout;
  before(async () => {
    checkout = await copyCheckout({ small: true });
  });
  after(() => checkout.remove());

  /** Waits until the engine has made something, so that an interruption hits it in the middle of its work. */
  const untilDeploying = async () => {
    for (let attempt = 0; attempt < 600; attempt++) {
      const names = await checkout.kubectl("dev", "get", "namespaces", "-o", "name").catch(() => "");
      if (names.includes("tenant-")) return;
      await sleep(100);
    }
    throw new Error("The update made no tenant namespace within a minute.");
  };

  it("refuses a wrong stack file with every problem at once, before anything starts", async () => {
    const wrong = await copyCheckout({ small: true });
    try {
      wrong.edit("Pulumi.dev.yaml", "maxReplicas:", "maxReplica:");
      wrong.edit("Pulumi.dev.yaml", /gpusPerNode: \d+/, "gpusPerNode: -1");
      const { exitCode, all } = await wrong.genai("up");
      assert.equal(exitCode, 2, all);
      assert.match(all, /maxReplica/);
      assert.match(all, /gpusPerNode/);
      assert.doesNotMatch(all, /\n\s+at /);
      assert.ok(!existsSync(join(wrong.directory, ".genai", "clusters")), "something was started");
    } finally {
      await wrong.remove();
    }
  });

  it("refuses an unknown stack and an unknown option, and destroys nothing that is not there", async () => {
    const unknown = await checkout.genai("up", "--stack", "moon");
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.all, /dev, prod, staging/);
    assert.equal((await checkout.genai("up", "--speed", "11")).exitCode, 2);
    const never = await checkout.genai("destroy", "--stack", "prod");
    assert.match(never.stdout, /never deployed/, never.all);
  });

  it("refuses a cluster of the user's own that cannot be reached", async () => {
    const { exitCode, all } = await checkout.genai("up", "--context", "nowhere");
    assert.equal(exitCode, 5, all);
    assert.match(all, /context "nowhere" cannot be used: .*Check KUBECONFIG/s);
  });

  it("recovers from an update that was killed", async () => {
    const running = checkout.start("up");
    await untilDeploying();
    killTree(running.pid);
    await running;
    const { exitCode, all } = await checkout.genai("up");
    assert.equal(exitCode, 0, all);
    assert.equal((await checkout.genai("preview", "--expect-no-changes")).exitCode, 0);
  });

  it("recovers from an update whose provider plugin was killed: what it made is recorded, not made twice", async () => {
    assert.equal((await checkout.genai("destroy")).exitCode, 0);
    const running = checkout.start("up");
    await untilDeploying();
    // This checkout's alone: another one may be at work on the same machine.
    const own = join(checkout.directory, "packages", "sandbox", "plugins", "kubernetes", "main.ts");
    const plugins = processes().filter(({ command }) => command.includes(own));
    assert.ok(plugins.length > 0, "no plugin runs");
    for (const { pid } of plugins) process.kill(pid, "SIGKILL");
    const failed = await running;
    assert.equal(failed.exitCode, 1, failed.all);
    const { exitCode, all } = await checkout.genai("up");
    assert.equal(exitCode, 0, all);
    assert.equal((await checkout.genai("preview", "--expect-no-changes")).exitCode, 0);
  });

  it("records objects that an update made and lost, and can change them afterwards", async () => {
    const forgotten = forget(checkout, ["Secret", "RoleBinding", "Deployment", "Service"]);
    assert.ok(forgotten >= 7, String(forgotten));
    const { exitCode, all } = await checkout.genai("up");
    assert.equal(exitCode, 0, all);
    assert.match(all, new RegExp(`Recovered: .*${forgotten} objects recorded that the update had made`));
    assert.equal((await checkout.genai("preview", "--expect-no-changes")).exitCode, 0);
    checkout.edit("Pulumi.dev.yaml", /contextLength: \d+/, "contextLength: 2048");
    const changed = await checkout.genai("up");
    assert.equal(changed.exitCode, 0, changed.all);
  });

  it("winds down on Ctrl-C and goes on from there", async () => {
    assert.equal((await checkout.genai("destroy")).exitCode, 0);
    const running = checkout.start("up");
    await untilDeploying();
    running.kill("SIGINT");
    const { exitCode, all } = await running;
    assert.ok(exitCode === 130 || exitCode === 0, all);
    const again = await checkout.genai("up");
    assert.equal(again.exitCode, 0, again.all);
  });

  it("lets a second run wait for the first", async () => {
    const [one, other] = await Promise.all([checkout.genai("up"), checkout.genai("up")]);
    assert.deepEqual([one.exitCode, other.exitCode], [0, 0], one.all + other.all);
    assert.match(one.all + other.all, /Waiting for process \d+/);
  });

  it("survives a cluster that was killed under it", async () => {
    const pids = clusterProcesses(checkout.directory);
    assert.ok(pids.length >= 4, pids.join());
    for (const pid of pids) process.kill(pid, "SIGKILL");
    const { exitCode, all } = await checkout.genai("up");
    assert.equal(exitCode, 0, all);
  });

  it("leaves no process and no file after reset", async () => {
    assert.equal((await checkout.genai("reset")).exitCode, 0);
    assert.deepEqual(clusterProcesses(checkout.directory), []);
    assert.ok(!readdirSync(checkout.directory).includes(".genai"));
  });
});

/** Kills a process and everything it started, as a lost machine would. */
function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const child of processes().filter(({ parent }) => parent === pid)) {
    // The cluster's own processes are no children of ours: they left on purpose.
    killTree(child.pid);
  }
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with its parent or child.
  }
}

/** Takes every object of these kinds out of the record, as if the engine had died before it could write; returns how many. */
function forget({ directory }: Checkout, kinds: string[]): number {
  const backend = join(directory, ".genai", "backend", ".pulumi");
  const file = join(backend, "stacks", "genai", "dev.json");
  const record = readJson(file) as { checkpoint: { latest: { resources: Entry[] } } };
  const { latest } = record.checkpoint;
  const isLost = ({ type, inputs }: Entry) => type.startsWith("kubernetes:") && kinds.includes(inputs?.kind ?? "");
  const lost = new Set(latest.resources.filter(isLost).map(({ urn }) => urn));
  latest.resources = latest.resources
    .filter(({ urn }) => !lost.has(urn))
    .map(({ dependencies, ...rest }) => ({
      ...rest,
      propertyDependencies: {},
      dependencies: dependencies?.filter((urn) => !lost.has(urn)) ?? [],
    }));
  writeFileSync(file, JSON.stringify(record));
  const history = join(backend, "history", "genai", "dev");
  const last = readdirSync(history)
    .filter((name) => name.endsWith(".history.json"))
    .toSorted()
    .at(-1);
  const update = join(history, String(last));
  writeFileSync(update, JSON.stringify({ ...(readJson(update) as object), result: "failed" }));
  return lost.size;
}

interface Entry {
  urn: string;
  type: string;
  inputs?: { kind?: string };
  dependencies?: string[];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function clusterProcesses(directory: string): number[] {
  return processes()
    .filter(({ command }) => command.includes(join(directory, ".genai", "clusters")))
    .map(({ pid }) => pid);
}
