import { withLock } from "@genai/sandbox";
import { join } from "node:path";
import { openExternalStack } from "../external.ts";
import type { Pulumi } from "../pulumi.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";
import { makePrivateDirectory, stateDirectory } from "../workspace.ts";

/** What every command gets. */
export interface CommandContext {
  stack: string;
  /** Whether a script reads stdout. */
  json: boolean;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** Context of a cluster of the user's own; without it the embedded cluster is meant. */
  context?: string;
}

/** Where an operation runs: on the embedded cluster (`session` is set) or on the user's. */
export interface Target {
  pulumi: Pulumi;
  configFile: string;
  session?: Session;
}

/** Opens the cluster that the command line means; `options` are the embedded one's. */
export async function openTarget(
  { stack, context, signal, json }: CommandContext,
  options: Pick<SessionOptions, "images"> = {},
): Promise<Target> {
  if (context) return openExternalStack(stack, context, signal);
  const session = await openSession({ stack, signal, quiet: json, ...options });
  return { pulumi: session.pulumi, configFile: session.paths.configFile, session };
}

/** Runs `work` while no other `genai` of this checkout changes anything; a second one waits, and says for whom. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  makePrivateDirectory(stateDirectory);
  return withLock(
    join(stateDirectory, "lock"),
    { onWait: (pid) => console.error(`Waiting for process ${pid ?? "?"}, another genai of this checkout …`) },
    work,
  );
}
