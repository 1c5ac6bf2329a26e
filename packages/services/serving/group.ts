import { engines } from "@genai/catalog";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import type { ServerPool } from "./pool.ts";

/** How a replica lies on nodes. */
export interface ReplicaShape {
  /** Pods that make one replica, each on a node of its own. */
  pods: number;
  /** GPUs of each of them. */
  gpusPerPod: number;
}

/** What a Pod of a replica over several nodes is: the leader answers, and the workers compute with it. */
export type GroupRole = "leader" | "worker";

/** Label of the Pods of such a replica, with their role. */
export const groupRoleLabel = "genai.platform/group-role";

/** Longest name of a server over several nodes: the controller names a StatefulSet, and its revisions, after it. */
export const longestGroupName = 40;

/** Seconds of the grace period that a worker has to exit. */
const workerExitSeconds = 5;

/** Port at which the leader waits for its workers (vLLM's default). */
export const masterPort = 29_501;

/** How a replica lies on the nodes of a pool: on as few as have enough GPUs. */
export function replicaShape(
  { gpusPerReplica = 1, engine }: Pick<InferenceServerArgs, "gpusPerReplica" | "engine">,
  { gpusPerNode = gpusPerReplica }: Pick<ServerPool, "gpusPerNode">,
): ReplicaShape {
  if (engine === "llamaCpp" || gpusPerNode < 1) return { pods: 1, gpusPerPod: gpusPerReplica };
  const pods = Math.ceil(gpusPerReplica / gpusPerNode);
  return { pods, gpusPerPod: Math.ceil(gpusPerReplica / pods) };
}

/** Labels that only the Pods have that answer; nothing where all do. */
export function leaderLabels({ pods }: ReplicaShape): Record<string, string> {
  return pods > 1 ? { [groupRoleLabel]: "leader" satisfies GroupRole } : {};
}

/** What vLLM is told on its command line in a role: the controller sets the variables, and Kubernetes puts their values in. */
export function groupArguments(role: GroupRole): string[] {
  const { options } = engines.vllm;
  return [
    ...[`--${options.nodeRank}`, "$(LWS_WORKER_INDEX)"],
    ...[`--${options.masterAddress}`, "$(LWS_LEADER_ADDRESS)"],
    ...(role === "worker" ? [`--${options.headless}`] : []),
  ];
}

/** Seconds for which a worker stays after it is told to stop: its leader needs it for the answers that it finishes. */
export function leaderSeconds({ gracePeriodSeconds }: { gracePeriodSeconds: number }): number {
  return Math.max(gracePeriodSeconds - workerExitSeconds, 1);
}

/** Name of the LeaderWorkerSet of a server, and of the headless Service that its controller makes: the server's own name is that of its address. */
export function groupName(server: string): string {
  return `${server}-group`;
}
