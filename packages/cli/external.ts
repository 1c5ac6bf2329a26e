import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { resolveToolchain } from "@genai/sandbox";
import { parseDocument } from "yaml";
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
 */
export async function openExternalStack(stack: string, context: string, signal: AbortSignal): Promise<ExternalStack> {
  loadStackConfig(stack);
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
  return pulumiRunner(pulumi.path, { PATH: path });
}
