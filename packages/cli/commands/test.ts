import { readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { resolveToolchain } from "@genai/sandbox";
import { execa } from "execa";
import { exitCodes, UserError } from "../errors.ts";
import { root } from "../workspace.ts";

const results = join(root, ".genai", "test-results");

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs every test of the monorepo and closes with their counts; the last line is `N passed, N failed`. */
export async function test(signal: AbortSignal): Promise<void> {
  rmSync(results, { recursive: true, force: true });
  const tools = await resolveToolchain({ signal, onProgress: (message) => console.error(message) });
  const directories = [...new Set(Object.values(tools).map(({ path }) => dirname(path)))];
  const environment = {
    NX_DAEMON: "false",
    NX_TUI: "false",
    NX_WORKSPACE_ROOT: root,
    GENAI_TEST_PULUMI: tools.pulumi.path,
    PATH: [dirname(process.execPath), ...directories, process.env["PATH"]].join(delimiter),
  };
  let failed = false;
  for (const target of ["test", "live"]) {
    // Live tests start clusters; side by side they would only slow each other down on a small machine.
    const parallel = target === "live" ? "--parallel=1" : "--parallel=2";
    const { exitCode } = await execa("nx", ["run-many", "-t", target, parallel, "--outputStyle=stream"], {
      cwd: root,
      preferLocal: true,
      localDir: root,
      env: environment,
      stdio: ["ignore", "inherit", "inherit"],
      reject: false,
      cancelSignal: signal,
      forceKillAfterDelay: 30_000,
    });
    signal.throwIfAborted();
    failed ||= exitCode !== 0;
  }
  const counts = readCounts();
  // A project that crashed before its reporter ran has left no count, yet it failed.
  if (failed && counts.failed === 0) counts.failed = 1;
  console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ""}`);
  if (counts.failed > 0) throw new UserError("", exitCodes.failed);
}

function readCounts(): Counts {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of readdirSync(results, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  )) {
    const counts = JSON.parse(readFileSync(join(results, file), "utf8")) as Counts;
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}
