/**
 * What the real node costs: the time until an embedded cluster is up with it and without it, in turn in one run, and the memory of the
 * whole dev stack on it, part by part.
 * Usage: node bench/node.ts [runs, default 3]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deleteCluster, realNodeParts, resolveToolchain, startCluster, stopCluster } from "@genai/sandbox";
import { execa } from "execa";
import { interleaved, type Measurement } from "./measure.ts";

const runs = Number(process.argv[2] ?? 3);
const root = join(import.meta.dirname, "..");
const directory = mkdtempSync(join(tmpdir(), "genai-bench-"));
const onProgress = (message: string) => console.error(message);
const tools = await resolveToolchain({ onProgress });
const parts = await realNodeParts({ onProgress });
if ("missing" in parts) throw new Error(`This machine runs no real node: ${parts.missing}`);
const pools = [
  { name: "system", nodes: 2 },
  { name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 2 },
];

try {
  await compareStarts();
  await memoryOfDev();
} finally {
  for (const name of ["real", "simulated"]) await deleteCluster(join(directory, name));
  rmSync(directory, { recursive: true, force: true });
}

async function compareStarts(): Promise<void> {
  const cluster = (name: "real" | "simulated") => ({
    directory: join(directory, name),
    name: `genai-bench-${name}`,
    pools,
    tools,
    ...(name === "real"
      ? { realNode: parts as Exclude<typeof parts, { missing: string }>, realNodeRequired: true }
      : {}),
  });
  const timed = async (work: () => Promise<unknown>): Promise<Measurement> => {
    const began = performance.now();
    await work();
    return { seconds: (performance.now() - began) / 1000, markSeconds: undefined, output: "" };
  };
  const cold = (name: "real" | "simulated") => async () => {
    await deleteCluster(join(directory, name));
    return timed(() => startCluster(cluster(name)));
  };
  const warm = (name: "real" | "simulated") => async () => {
    await stopCluster(join(directory, name));
    return timed(() => startCluster(cluster(name)));
  };
  for (const [what, start] of [
    ["a new cluster", cold],
    ["a stopped cluster", warm],
  ] as const) {
    const { real = 0, simulated = 0 } = await interleaved(runs, { real: start("real"), simulated: start("simulated") });
    const ratio = (real / simulated).toFixed(2);
    console.log(
      `${what} is up: ${real.toFixed(1)} s with a real node that is Ready, ${simulated.toFixed(1)} s without; ratio ${ratio}`,
    );
  }
  for (const name of ["real", "simulated"]) await stopCluster(join(directory, name));
}

/** Goal: the whole within 8 GiB. */
async function memoryOfDev(): Promise<void> {
  const env = { GENAI_STATE_DIRECTORY: join(directory, "state") };
  const genai = (...args: string[]) =>
    execa(process.execPath, [join(root, "packages", "cli", "genai.ts"), ...args], {
      cwd: root,
      env,
      stderr: "inherit",
    });
  try {
    await genai("up", "--json");
    const used = memoryBelow(join(directory, "state"));
    const rows = [...Map.groupBy(used, ({ part }) => part)].map(([part, processes]) => {
      return { part, bytes: processes.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
    for (const { part, bytes } of rows.toSorted((one, other) => other.bytes - one.bytes))
      console.log(`${mebibytes(bytes).padStart(10)}  ${part}`);
    const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`${mebibytes(total).padStart(10)}  in all, goal below 8192 MiB`);
  } finally {
    await genai("reset");
  }
}

/**
 * Memory of each process of the clusters in `state`, by program: their own, and containers', which shims of theirs have started. Shared
 * pages count by their share (PSS).
 */
function memoryBelow(state: string): { part: string; bytes: number }[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  const own = new Set(pids.filter((pid) => text(`/proc/${pid}/cmdline`).startsWith(`${state}/`)));
  const isContained = (pid: string): boolean => {
    const parent = /^PPid:\s+(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? "0";
    return own.has(parent) || (parent !== "0" && isContained(parent));
  };
  return pids.flatMap((pid) => {
    const where = own.has(pid) ? "process" : isContained(pid) ? "container" : undefined;
    const pss = /^Pss:\s+(\d+) kB/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1];
    return where && pss ? [{ part: `${where} ${text(`/proc/${pid}/comm`).trim()}`, bytes: Number(pss) * 1024 }] : [];
  });
}

/** A file of a process that may have ended meanwhile. */
function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
