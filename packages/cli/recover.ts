import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KubernetesClient, KubernetesError } from "@genai/sandbox";
import { UserError } from "./errors.ts";
import { type Deployment, type LostObject, lostObjects, type PlannedStep, withAdopted } from "./lost-objects.ts";
import type { Session } from "./session.ts";

/**
 * Puts right what an interrupted update left behind, so that the next one starts clean: the lock of a dead process, operations that
 * never ended, and objects that were made but not recorded. The engine loses those when it or a plugin is killed, and its own
 * `refresh --import-pending-creates` drops them (seen with 3.230.0), so they are added to the record here.
 *
 * @returns What was done, for people.
 * @throws {UserError} If a living process holds the stack.
 */
export async function recoverStack({ stack, paths, pulumi, cluster }: Session): Promise<string[]> {
  const done = breakDeadLocks(join(paths.backend, ".pulumi", "locks", "organization", "genai", stack));
  const history = join(paths.backend, ".pulumi", "history", "genai", stack);
  if (done.length === 0 && !hasPendingOperations(paths.stateFile) && lastUpdateSucceeded(history)) return done;

  const record = JSON.parse(await pulumi.read(["stack", "export", "--stack", stack])) as { deployment: Deployment };
  const options = ["--stack", stack, "--config-file", paths.configFile];
  const lost = lostObjects(record.deployment, await plannedSteps(() => pulumi.read(["preview", "--json", ...options])));
  const adopted = await existing(lost, KubernetesClient.fromKubeconfig(cluster.kubeconfig));
  const pending = record.deployment.pending_operations?.length ?? 0;
  if (pending === 0 && adopted.length === 0) return done;

  const input = JSON.stringify({ ...record, deployment: withAdopted(record.deployment, adopted) });
  await pulumi.read(["stack", "import", "--stack", stack], { input });
  // Fills the new entries from the cluster and settles interrupted updates and deletions.
  await pulumi.read(["refresh", "--yes", "--skip-preview", ...options]);
  if (pending > 0) done.push(`${pending} interrupted operations settled`);
  if (adopted.length > 0) done.push(`${adopted.length} objects recorded that the update had made`);
  return done;
}

/** What the program would do next. If it cannot tell, the operation that follows shows why. */
async function plannedSteps(preview: () => Promise<string>): Promise<PlannedStep[]> {
  try {
    return (JSON.parse(await preview()) as { steps?: PlannedStep[] }).steps ?? [];
  } catch (error) {
    if (error instanceof UserError || error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Those of the objects that the cluster has and that an engine applied: what others made is never taken over. */
async function existing(lost: LostObject[], client: KubernetesClient): Promise<LostObject[]> {
  try {
    const found = await Promise.all(lost.map(async (object) => ((await isOurs(client, object)) ? [object] : [])));
    return found.flat();
  } finally {
    client.close();
  }
}

async function isOurs(client: KubernetesClient, { apiVersion, kind, namespace, name }: LostObject): Promise<boolean> {
  const resource = await client.resourceFor(apiVersion, kind);
  try {
    const { metadata } = await client.request<{ metadata: { managedFields?: { manager?: string }[] } }>(
      "GET",
      resource.path(resource.namespaced ? namespace : undefined, name),
    );
    return metadata.managedFields?.some(({ manager }) => manager?.startsWith("pulumi-kubernetes-")) ?? false;
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) return false;
    throw error;
  }
}

/** Removes the file backend's locks whose process is gone. The checkout's own lock is held, so no other `genai` can be at work. */
function breakDeadLocks(directory: string): string[] {
  return readDirectory(directory, ".json").map((name) => {
    const file = join(directory, name);
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as { pid: number };
    if (isEngine(pid)) {
      throw new UserError(
        `The stack is in use by process ${pid} (a pulumi that was started by hand?). Wait for it or end it, then run again.`,
      );
    }
    rmSync(file, { force: true });
    return `the lock of process ${pid}, which is gone, removed`;
  });
}

function hasPendingOperations(stateFile: string): boolean {
  const { checkpoint } = JSON.parse(readFileSync(stateFile, "utf8")) as { checkpoint?: { latest?: Deployment | null } };
  return (checkpoint?.latest?.pending_operations?.length ?? 0) > 0;
}

/** Whether the last operation that changed something ended well; a killed one leaves a lock, a failed one says so here. */
function lastUpdateSucceeded(directory: string): boolean {
  const last = readDirectory(directory, ".history.json").toSorted().at(-1);
  if (!last) return true;
  return (JSON.parse(readFileSync(join(directory, last), "utf8")) as { result?: string }).result === "succeeded";
}

function readDirectory(directory: string, ending: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(ending));
  } catch {
    return [];
  }
}

/** Whether the process still is a Pulumi engine: a killed one may stay as a zombie, and its number may be another's by now. */
function isEngine(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=,args=", "-p", String(pid)], { encoding: "utf8" });
  const [state = "Z", ...command] = stdout.trim().split(/\s+/);
  return !state.startsWith("Z") && command.join(" ").includes("pulumi");
}
