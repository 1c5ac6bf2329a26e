import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Starts a program that outlives this process. Its output goes to `log`, which is emptied. */
export function spawnDetached(
  [program, ...args]: readonly [string, ...string[]],
  log: string,
  env: Record<string, string | undefined>,
): void {
  const output = openSync(log, "w", 0o600);
  const child = spawn(program, args, { detached: true, stdio: ["ignore", output, output], env });
  // A program that cannot be started is missed by whoever waits for it; the log says nothing then.
  child.on("error", () => {});
  child.unref();
  closeSync(output);
}
