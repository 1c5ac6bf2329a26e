import { once } from "node:events";
import { KubernetesClient, readCluster, readProxyAccess } from "@genai/sandbox";
import { exitCodes, UserError } from "../errors.ts";
import { openServiceDoor } from "../service-door.ts";
import { type PlatformStatus, readStatus, type WorkloadStatus } from "../status.ts";
import { stackPaths } from "../workspace.ts";
import type { CommandContext } from "./context.ts";

/** Makes a service of the embedded cluster reachable in a browser until Ctrl-C. @param service Its name as `genai status` prints it. */
export async function open({ stack, json, signal }: CommandContext, service: string): Promise<void> {
  const cluster = await readCluster(stackPaths(stack).cluster);
  if (!cluster?.running || !cluster.proxy) {
    const what = cluster?.running ? "has simulated nodes only: nothing in it answers" : "does not run";
    throw new UserError(
      `The embedded cluster of stack "${stack}" ${what}. npx genai doctor says what a real node needs; start it with: npx genai up --stack ${stack}`,
      exitCodes.environment,
    );
  }
  const client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
  const status = await readStatus(client).finally(() => client.close());
  const { name, endpoint } = findService(status, service);
  const door = await openServiceDoor(name, endpoint, readProxyAccess(cluster.proxy));
  try {
    console.log(
      json
        ? JSON.stringify({ service: name, address: door.address })
        : `${door.address}\n\nOpen it in a browser: the address is good for one visit, and the browser then for all. Ctrl-C closes it.`,
    );
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await door.close();
  }
}

/**
 * The one service that a name means: `<service>`, or `<namespace>/<service>` where several have it.
 * @throws {UserError} If there is none or more than one, or no container of it runs.
 */
export function findService(
  { workloads }: Pick<PlatformStatus, "workloads">,
  wanted: string,
): { name: string; endpoint: string } {
  const reachable = workloads.filter(({ endpoint }) => endpoint?.startsWith("http:"));
  const full = ({ namespace, name }: WorkloadStatus) => `${namespace}/${name}`;
  const found = reachable.filter((workload) => [workload.name, full(workload)].includes(wanted));
  const [only] = found;
  if (!only || found.length > 1) {
    const names = (found.length > 1 ? found : reachable).map(full).toSorted().join(", ");
    const what =
      found.length > 1 ? `There are ${found.length} services "${wanted}"` : `There is no service "${wanted}"`;
    throw new UserError(`${what}. Name one of: ${names || "(nothing is deployed: npx genai up)"}.`, exitCodes.invalid);
  }
  if (only.runs === "simulated" || only.runs === undefined)
    throw new UserError(
      `The Pods of ${full(only)} are simulated: nothing answers there. docs/images.md says which services really run.`,
      exitCodes.environment,
    );
  return { name: only.name, endpoint: only.endpoint ?? "" };
}
