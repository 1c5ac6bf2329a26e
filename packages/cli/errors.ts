/** What an exit code of `genai` means; scripts may rely on it. */
export const exitCodes = {
  ok: 0,
  /** The operation failed: the engine, a test, a command that was run. */
  failed: 1,
  /** The command line or a stack file is wrong; nothing was started. */
  invalid: 2,
  /** A mandatory policy was violated; nothing was deployed. */
  policy: 3,
  /** Deployed, but something is not Ready. */
  unhealthy: 4,
  /** This machine lacks something: a tool, disk space, a reachable cluster. */
  environment: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error that a user can act on: printed as its message, without a stack trace. */
export class UserError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Prints what went wrong and returns the exit code; only an unexpected error, a defect of ours, shows where it happened. */
export function reportError(error: unknown): ExitCode {
  if (error instanceof UserError) {
    if (error.message) console.error(error.message);
    return error.exitCode;
  }
  if (isAbort(error)) {
    console.error("Interrupted. Nothing is lost: run the same command again to go on.");
    return exitCodes.interrupted;
  }
  if (isNamed(error, "NoSpaceError") || hasCode(error, "ENOSPC")) {
    console.error(
      `The disk is full: ${(error as Error).message}\nFree some space (docs/embedded-cluster.md says what may go) and run again.`,
    );
    return exitCodes.environment;
  }
  // The sandbox's own errors, which say what to do.
  if (["ToolchainError", "ClusterError", "UnreachableError"].some((name) => isNamed(error, name))) {
    console.error((error as Error).message);
    return exitCodes.environment;
  }
  if (process.env["GENAI_DEBUG"]) console.error(error);
  else
    console.error(
      `${error instanceof Error ? error.message : String(error)}\n(GENAI_DEBUG=1 shows where this happened.)`,
    );
  return exitCodes.failed;
}

function isAbort(error: unknown): boolean {
  return isNamed(error, "AbortError");
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
