import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { resolveToolchain } from "@genai/sandbox";
import { execa } from "execa";
import { parseDocument } from "yaml";
import { exitCodes, UserError } from "./errors.ts";
import { type Pulumi, pulumiRunner } from "./pulumi.ts";
import { loadStackConfig } from "./stack-config.ts";
import { committedStackFile, makePrivateDirectory, stateDirectory } from "./workspace.ts";

/** A stack on a cluster of the user's own: their backend, their passphrase, their plugins; nothing of the sandbox. */
export interface ExternalStack {
  pulumi: Pulumi;
  configFile: string;
}

/**
 * @param context Context of the user's kubeconfig to deploy to. It is put into a copy of the stack file, so that the committed file
 *   stays as it is.
 * @throws {UserError} If its cluster does not answer, or no backend is chosen.
 */
export async function openExternalStack(stack: string, context: string, signal: AbortSignal): Promise<ExternalStack> {
  loadStackConfig(stack);
  await checkCluster(context, signal);
  makePrivateDirectory(stateDirectory);
  const document = parseDocument(readFileSync(committedStackFile(stack), "utf8"));
  document.setIn(["config", "kubernetes:context"], context);
  const configFile = join(stateDirectory, `Pulumi.${stack}.${context.replace(/[^\w.-]/g, "_")}.yaml`);
  writeFileSync(configFile, document.toString(), { mode: 0o600 });
  return { pulumi: await userPulumi(signal), configFile };
}

/** The `pulumi` on PATH, or the toolchain's, with the user's own backend and passphrase. Node 24 comes first on its PATH. */
export async function userPulumi(signal: AbortSignal): Promise<Pulumi> {
  const { pulumi } = await resolveToolchain({ tools: ["pulumi"], signal });
  const path = [dirname(process.execPath), process.env["PATH"], dirname(pulumi.path)].join(delimiter);
  const runner = pulumiRunner(pulumi.path, { PATH: path });
  await runner.read(["whoami", "--non-interactive"]).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const fix =
      "Choose where Pulumi keeps its state, then run again: pulumi login <backend> (pulumi login --local for files)";
    throw new UserError(`${reason.trim()}\n${fix}`, exitCodes.environment);
  });
  return runner;
}

async function checkCluster(context: string, signal: AbortSignal): Promise<void> {
  const { kubectl } = await resolveToolchain({ tools: ["kubectl"], signal });
  const args = ["--context", context, "get", "--raw", "/version", "--request-timeout=10s"];
  const { exitCode, stderr } = await execa(kubectl.path, args, { reject: false, cancelSignal: signal });
  signal.throwIfAborted();
  if (exitCode === 0) return;
  const reason = stderr.trim().split("\n").at(-1) ?? "no reason given";
  throw new UserError(
    `The cluster of context "${context}" cannot be used: ${reason}\nCheck KUBECONFIG and the context's name with: kubectl config get-contexts`,
    exitCodes.environment,
  );
}
