import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { type EngineResult, readEngineEvents } from "./engine-events.ts";
import { exitCodes, UserError } from "./errors.ts";
import { root, stateDirectory } from "./workspace.ts";

/** How to run the Pulumi CLI on one stack of this checkout. */
export interface Pulumi {
  /**
   * Runs an operation with its own output on the screen, untouched.
   * @throws {OperationError} If it fails; the engine has said why on the screen.
   */
  operate(args: string[], options?: { signal?: AbortSignal; quiet?: boolean }): Promise<EngineResult>;
  /**
   * Runs a command quietly and returns what it printed. `input` goes to stdin: a secret never appears in argv.
   * @throws {UserError} With what it printed to stderr.
   */
  read(args: string[], options?: { input?: string }): Promise<string>;
}

/** An operation ended with an error of the engine, the program or a policy. */
export class OperationError extends UserError {
  /** How far it came. */
  readonly result: EngineResult;

  constructor(message: string, result: EngineResult) {
    super(message, result.violations > 0 ? exitCodes.policy : exitCodes.failed);
    this.result = result;
  }
}

const always = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_PARALLEL_DIFF: "true",
  // Makes --event-log available, from which this command learns of policy violations: exit codes do not tell.
  PULUMI_DEBUG_COMMANDS: "true",
};

/** Operations in flight at once: a Kubernetes deployment mostly waits. */
export const parallelOperations = 128;

/**
 * Runs the `pulumi` binary at `path` with these variables beside the shell's own.
 * @param within A command that runs it. @default none
 */
export function pulumiRunner(
  path: string,
  variables: Record<string, string | undefined>,
  within: readonly string[] = [],
): Pulumi {
  const environment = { ...always, ...variables };
  const [program = path, ...before] = [...within, path];
  return {
    async operate(args, { signal, quiet = false } = {}) {
      const eventLog = join(stateDirectory, `events-${process.pid}.jsonl`);
      const child = execa(program, [...before, ...args, "--event-log", eventLog], {
        cwd: root,
        env: environment,
        reject: false,
        stdin: "ignore",
        ...(quiet ? { all: true } : { stdout: "inherit", stderr: "inherit" }),
      });
      // Ctrl-C reaches the engine from the terminal too; the engine winds down on the first and gives up on a second, hence the guard.
      const stop = () => void (process.stdin.isTTY || child.kill("SIGINT"));
      signal?.addEventListener("abort", stop, { once: true });
      const result = await child;
      signal?.removeEventListener("abort", stop);
      const events = readEngineEvents(takeFile(eventLog));
      if (result.exitCode === 0) return events;
      if (signal?.aborted)
        throw new UserError("Interrupted. Run the same command again to go on.", exitCodes.interrupted);
      if (result.exitCode === undefined)
        throw new UserError(`pulumi ended by ${result.signal ?? "a failure to start"}.`);
      throw new OperationError(quiet ? String(result.all) : "", events);
    },
    async read(args, { input } = {}) {
      const result = await execa(program, [...before, ...args, "--color", "never"], {
        cwd: root,
        env: environment,
        reject: false,
        ...(input === undefined ? { stdin: "ignore" } : { input }),
      });
      if (result.exitCode === 0) return result.stdout;
      const reason = result.stderr || result.stdout || result.shortMessage;
      throw new UserError(`pulumi ${args.slice(0, 2).join(" ")} failed: ${reason}`);
    },
  };
}

function takeFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  } finally {
    rmSync(path, { force: true });
  }
}
