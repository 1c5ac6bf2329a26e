import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Mocha from "mocha";

/**
 * Mocha's spec reporter that also leaves the counts of a run in `.genai/test-results/<project>.<target>.json` at the workspace root,
 * where `genai test` adds them up. Nx caches that file with the task, so a cached run still counts.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const root = process.env["NX_WORKSPACE_ROOT"];
      if (!root) return;
      const { name } = JSON.parse(readFileSync("package.json", "utf8")) as { name: string };
      const target = process.env["NX_TASK_TARGET_TARGET"] ?? "test";
      const file = join(root, ".genai", "test-results", `${name}.${target}.json`);
      mkdirSync(dirname(file), { recursive: true });
      const { passes, failures, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}
