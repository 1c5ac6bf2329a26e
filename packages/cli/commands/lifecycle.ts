import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { deleteCluster, KubernetesClient, readCluster, stopCluster } from "@genai/sandbox";
import { exitCodes, UserError } from "../errors.ts";
import { isHealthy, readStatus, statusTable } from "../status.ts";
import { stackPaths, stateDirectory } from "../workspace.ts";
import { type CommandContext, openTarget } from "./context.ts";
import { operation } from "./operation.ts";

/** Deletes what a stack deployed; its cluster stays. */
export async function destroy(context: CommandContext): Promise<void> {
  const { stack, json, signal } = context;
  if (!context.context && !existsSync(stackPaths(stack).stateFile)) {
    console.log(
      json ? JSON.stringify({ stack, changes: {} }) : `Stack "${stack}" was never deployed from this checkout.`,
    );
    return;
  }
  const { pulumi, configFile } = await openTarget(context);
  const result = await pulumi.operate([...operation("destroy", stack, configFile), "--yes"], { signal, quiet: json });
  if (json) console.log(JSON.stringify({ stack, changes: result.changes }, undefined, 2));
}

/** Says what runs on the embedded cluster of a stack; changes nothing. */
export async function status({ stack, json }: CommandContext): Promise<void> {
  const cluster = await readCluster(stackPaths(stack).cluster);
  if (!cluster?.running) {
    throw new UserError(
      `The embedded cluster of stack "${stack}" does not run. Start it: npx genai up --stack ${stack}`,
      exitCodes.environment,
    );
  }
  const client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
  try {
    const found = await readStatus(client);
    console.log(
      json ? JSON.stringify({ stack, kubeconfig: cluster.kubeconfig, ...found }, undefined, 2) : statusTable(found),
    );
    if (!isHealthy(found)) throw new UserError("", exitCodes.unhealthy);
  } finally {
    client.close();
  }
}

/** Stops the embedded clusters of this checkout, or the one of a stack; what is in them is kept. */
export async function stop(stack: string | undefined): Promise<void> {
  for (const directory of clusterDirectories(stack)) {
    await stopCluster(directory);
    console.log(`Stopped ${directory}. \`npm start\` brings it back with what it held.`);
  }
}

/** Deletes the embedded clusters and every local state of this checkout. */
export async function reset(): Promise<void> {
  for (const directory of clusterDirectories(undefined)) await deleteCluster(directory);
  rmSync(stateDirectory, { recursive: true, force: true });
  console.log(`Deleted ${stateDirectory}: clusters, state, generated secrets. Built tools stay in the cache.`);
}

function clusterDirectories(stack: string | undefined): string[] {
  if (stack) return [stackPaths(stack).cluster];
  const clusters = dirname(stackPaths("dev").cluster);
  try {
    return readdirSync(clusters).map((name) => join(clusters, name));
  } catch {
    return [];
  }
}
