import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KubernetesClient, KubernetesError } from "@genai/sandbox";
import { UserError } from "./errors.ts";
import type { Session } from "./session.ts";

interface PendingOperation {
  type: string;
  resource: {
    urn: string;
    type: string;
    inputs?: { apiVersion?: string; kind?: string; metadata?: { name?: string; namespace?: string } };
  };
}

/**
 * Puts right what a killed update left behind, so that the next one starts clean: a dead process' lock, and resources that were
 * being created, which are adopted where the cluster has them and forgotten where it does not.
 *
 * @returns What was done, for people.
 * @throws {UserError} If a living process holds the stack.
 */
export async function recoverStack({ stack, paths, pulumi, cluster }: Session): Promise<string[]> {
  const done = breakDeadLocks(paths.backend, stack);
  const exported = JSON.parse(await pulumi.read(["stack", "export", "--stack", stack])) as {
    deployment: { pending_operations?: PendingOperation[] | null };
  };
  const pending = exported.deployment.pending_operations ?? [];
  if (pending.length === 0) return done;
  const client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
  try {
    const adopted: string[] = [];
    for (const { type, resource } of pending) {
      const id = type === "creating" ? await liveId(client, resource) : undefined;
      if (id) adopted.push("--import-pending-creates", resource.urn, "--import-pending-creates", id);
    }
    const rest = adopted.length === pending.length * 4 ? [] : ["--clear-pending-creates"];
    await pulumi.read([
      "refresh",
      "--yes",
      "--skip-preview",
      "--stack",
      stack,
      "--config-file",
      paths.configFile,
      ...adopted,
      ...rest,
    ]);
    done.push(
      `${pending.length} interrupted operations settled, ${adopted.length / 4} of them adopted from the cluster`,
    );
  } finally {
    client.close();
  }
  return done;
}

/** The id of the object that an interrupted create has made, if it has. */
async function liveId(
  client: KubernetesClient,
  { type, inputs }: PendingOperation["resource"],
): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = inputs ?? {};
  if (!type.startsWith("kubernetes:") || !apiVersion || !kind || !metadata?.name) return undefined;
  const resource = await client.resourceFor(apiVersion, kind);
  const namespace = resource.namespaced ? (metadata.namespace ?? "default") : undefined;
  try {
    await client.request("GET", resource.path(namespace, metadata.name));
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) return undefined;
    throw error;
  }
  return namespace ? `${namespace}/${metadata.name}` : metadata.name;
}

/** Removes the file backend's locks whose process is gone. The checkout's own lock is held, so no other `genai` can be at work. */
function breakDeadLocks(backend: string, stack: string): string[] {
  const directory = join(backend, ".pulumi", "locks", "organization", "genai", stack);
  const done: string[] = [];
  for (const name of readDirectory(directory)) {
    const file = join(directory, name);
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as { pid: number };
    if (isEngine(pid)) {
      throw new UserError(
        `The stack "${stack}" is in use by process ${pid} (a pulumi that was started by hand?). Wait for it or end it, then run again.`,
      );
    }
    rmSync(file, { force: true });
    done.push(`the lock of process ${pid}, which is gone, removed`);
  }
  return done;
}

function readDirectory(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(".json"));
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
