import { rolloutFor } from "@genai/catalog";
import type { LeaderWorkerSetArgs, ObjectOf, PodTemplate, tenantMetadata } from "@genai/core";
import { groupName, type GroupRole } from "./group.ts";
import type { withDefaults } from "./settings.ts";

type Settings = ReturnType<typeof withDefaults>;

/** What runs a server's replicas: a Deployment, or where a replica takes several nodes a LeaderWorkerSet. */
export interface ServerWorkload {
  deployment: ObjectOf<"Deployment"> | undefined;
  group: ObjectOf<"LeaderWorkerSet"> | undefined;
}

/** What a server's workload is made of. */
export interface WorkloadParts {
  metadata: ReturnType<typeof tenantMetadata>;
  selector: Record<string, string>;
  progressDeadlineSeconds: number;
  /** The Pod; of a replica over several nodes, in this role. */
  template(role?: GroupRole): PodTemplate;
}

/** The workload of a server. */
export function serverWorkload(settings: Settings, parts: WorkloadParts): ServerWorkload {
  return settings.shape.pods > 1
    ? { deployment: undefined, group: groupSet(settings, parts) }
    : { deployment: deployment(settings, parts), group: undefined };
}

/** What an autoscaler scales. */
export function scaleTarget({ name, shape }: Pick<Settings, "name" | "shape">) {
  return shape.pods > 1
    ? { apiVersion: "leaderworkerset.x-k8s.io/v1", kind: "LeaderWorkerSet", name: groupName(name) }
    : { apiVersion: "apps/v1", kind: "Deployment", name };
}

function deployment(settings: Settings, parts: WorkloadParts): ObjectOf<"Deployment"> {
  const { pool, gpusPerReplica } = settings;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: parts.metadata(settings.name),
    spec: {
      ...replicas(settings),
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: parts.progressDeadlineSeconds,
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: rolloutFor({
          nodes: pool.nodes,
          gpusPerReplica: pool.gpu ? gpusPerReplica : 1,
          freeGpus: settings.freeGpus,
        }),
      },
      selector: { matchLabels: parts.selector },
      template: parts.template(),
    },
  };
}

/**
 * A LeaderWorkerSet: each replica is a group of Pods that start, fail and are replaced together, because none can compute without the
 * others. The pool is theirs alone, one Pod a node, so that a group that was deleted finds its nodes free.
 */
function groupSet(settings: Settings, parts: WorkloadParts): ObjectOf<"LeaderWorkerSet"> {
  const spec: LeaderWorkerSetArgs["spec"] = {
    ...replicas(settings),
    // A worker joins while the leader starts: a leader that waited for itself would wait for ever.
    startupPolicy: "LeaderCreated",
    networkConfig: { subdomainPolicy: "Shared" },
    rolloutStrategy: { type: "RollingUpdate", rollingUpdateConfiguration: groupRollout(settings) },
    leaderWorkerTemplate: {
      size: settings.shape.pods,
      restartPolicy: "RecreateGroupOnPodRestart",
      leaderTemplate: parts.template("leader"),
      workerTemplate: parts.template("worker"),
    },
  };
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    // Of kinds that are not its own the engine waits for what it is told to.
    metadata: parts.metadata(groupName(settings.name), { "pulumi.com/waitFor": "condition=Available" }),
    spec,
  };
}

/** How many: an autoscaler owns the number; stating it as well would reset it at every update. */
function replicas({ minReplicas, maxReplicas }: Settings) {
  return maxReplicas > minReplicas ? {} : { replicas: minReplicas };
}

/** How many groups may be there beyond, or below, the wanted number. Of a pool of their own the free nodes are known: one Pod has each other. */
function groupRollout({ pool, shape, maxReplicas, freeGpus }: Settings) {
  const { pods, gpusPerPod } = shape;
  const surges = pool.nodes >= pods * (maxReplicas + 1) && freeGpus >= pods * gpusPerPod;
  return surges ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 };
}
