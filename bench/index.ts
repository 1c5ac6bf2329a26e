/**
 * Side by side in one run: `pulumi` against `kubectl` on the same objects and the same embedded cluster.
 * Usage: node bench/index.ts [objects of each kind, default 100]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  deleteCluster,
  installPlugins,
  resolveToolchain,
  sandboxEnvironment,
  startCluster,
  type Cluster,
} from "@genai/sandbox";
import { stringify } from "yaml";
import { interleaved, measure, type Measurement } from "./measure.ts";
import { benchObjects, namespace } from "./objects.ts";

const count = Number(process.argv[2] ?? 100);
const root = join(import.meta.dirname, "..");
mkdirSync(join(root, ".genai"), { recursive: true, mode: 0o700 });
const directory = mkdtempSync(join(root, ".genai", "bench-"));
const program = join(import.meta.dirname, "program");
const controller = new AbortController();
process.on("SIGINT", () => controller.abort());

const tools = await resolveToolchain({ signal: controller.signal, onProgress: (message) => console.error(message) });
const plugins = await installPlugins({
  pulumiHome: join(directory, "home"),
  pulumi: tools.pulumi,
  kubernetesVersion: "4.34.2",
  randomVersion: "4.21.2",
});
const objects = benchObjects(count);
const manifest = join(directory, "objects.yaml");
writeFileSync(
  manifest,
  Object.values(objects)
    .flat()
    .map((object) => stringify(object))
    .join("---\n"),
);
writeFileSync(join(directory, "passphrase"), "bench", { mode: 0o600 });

console.log(
  `${3 * count + 1} objects, ${availableParallelism()} cores, plugins: ${plugins.real ? "real" : "the sandbox's stand-ins"}`,
);
try {
  for (const disableRequestLimits of [false, true]) await compare(disableRequestLimits);
} finally {
  for (const limits of ["on", "off"]) await deleteCluster(join(directory, `cluster-${limits}`));
  rmSync(directory, { recursive: true, force: true });
}

async function compare(disableRequestLimits: boolean): Promise<void> {
  const limits = disableRequestLimits ? "off" : "on";
  const cluster = await startCluster({
    directory: join(directory, `cluster-${limits}`),
    name: `genai-bench-${limits}-${process.pid}`,
    pools: [{ name: "system", nodes: 5, cpu: "32", memory: "128Gi" }],
    tools,
    disableRequestLimits,
  });
  const pulumi = await pulumiOn(cluster, limits);
  const kubectl = (...args: string[]) =>
    measure(tools.kubectl.path, ["--kubeconfig", cluster.kubeconfig, ...args], { mark: /serverside-applied/ });
  const diff = (...args: string[]) =>
    measure(tools.kubectl.path, ["--kubeconfig", cluster.kubeconfig, "diff", ...args, "-f", manifest], {
      allowedExitCodes: [0, 1],
    });

  let firstApplied = Number.NaN;
  const apply = await timed(async () => {
    const { markSeconds } = await kubectl("apply", "--server-side", "-f", manifest);
    firstApplied = markSeconds ?? Number.NaN;
    await kubectl("wait", "-n", namespace, "--for=condition=Available", "deployment", "--all", "--timeout=600s");
    await endpointsReady(kubectl);
  });
  const previewPeers = { server: () => diff("--server-side"), client: () => diff() };
  const peers = await interleaved(3, previewPeers);
  await kubectl("delete", "namespace", namespace, "--wait");

  const { seconds: up, markSeconds: firstCreated = Number.NaN } = await pulumi(
    ...["up", "--yes", "--skip-preview", "--parallel", "128"],
  );
  const previews = await interleaved(3, {
    preview: () => pulumi("preview", "--expect-no-changes", "--parallel", "128"),
  });
  const preview = previews["preview"] ?? Number.NaN;
  const { server = Number.NaN, client = Number.NaN } = peers;

  console.log(`\nControllers' request limits ${limits}`);
  row("pulumi up from empty", up, "kubectl apply --server-side and wait for the same readiness", apply);
  row("start to first resource", firstCreated, "kubectl apply --server-side to its first", firstApplied);
  row("pulumi preview, nothing changed", preview, "kubectl diff --server-side", server);
  row("pulumi preview, nothing changed", preview, "kubectl diff", client);
  await pulumi("destroy", "--yes", "--skip-preview", "--parallel", "128");
}

async function pulumiOn(cluster: Cluster, limits: string): Promise<(...args: string[]) => Promise<Measurement>> {
  const backend = join(directory, `backend-${limits}`);
  mkdirSync(backend);
  const env = {
    ...sandboxEnvironment({
      pulumi: tools.pulumi.path,
      home: join(directory, "home"),
      kubeconfig: cluster.kubeconfig,
      passphraseFile: join(directory, "passphrase"),
      backend,
    }),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_PARALLEL_DIFF: "true",
  };
  const run = (...args: string[]) =>
    measure(tools.pulumi.path, args, { cwd: program, env, mark: /Namespace namespace created/ });
  const configFile = join(directory, "Pulumi.bench.yaml");
  writeFileSync(join(directory, "Pulumi.yaml"), "name: bench\nruntime: nodejs\n");
  rmSync(configFile, { force: true });
  await run("stack", "init", "bench", "-C", directory);
  await run("config", "set", "count", String(count), "--stack", "bench", "--config-file", configFile);
  return (...args) => run(...args, "--stack", "bench", "--config-file", configFile);
}

/** Waits until every Service has a ready address: the readiness that the Kubernetes provider waits for. */
async function endpointsReady(kubectl: (...args: string[]) => Promise<Measurement>): Promise<void> {
  for (;;) {
    const { output } = await kubectl(
      "get",
      "endpointslices",
      "-n",
      namespace,
      "-o",
      "jsonpath={.items[*].endpoints[*].conditions.ready}",
    );
    if (output.split(" ").filter((ready) => ready === "true").length >= count) return;
    await sleep(250, undefined, { signal: controller.signal });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function row(ours: string, seconds: number, peer: string, peerSeconds: number): void {
  console.log(
    `  ${ours}: ${seconds.toFixed(1)} s; ${peer}: ${peerSeconds.toFixed(1)} s; ratio ${(seconds / peerSeconds).toFixed(2)}`,
  );
}
