import type { ObjectOf, tenantMetadata } from "@genai/core";
import { autoscalerSpec, defaultScaling } from "../serving/autoscaler.ts";
import { queueName, queuePassword, queuePort } from "./work-queue.ts";
import type { WorkerPoolArgs } from "./worker-args.ts";

/** The objects that add and remove workers: those of one of the three ways. */
export interface ScalerObjects {
  autoscaler?: ObjectOf<"HorizontalPodAutoscaler">;
  scaledObject?: ObjectOf<"ScaledObject">;
  triggerAuthentication?: ObjectOf<"TriggerAuthentication">;
}

/** What adds workers while messages wait, and removes them when none do. */
export function scalerObjects(
  name: string,
  args: WorkerPoolArgs,
  metadata: ReturnType<typeof tenantMetadata>,
): ScalerObjects {
  const { minReplicas = 1, maxReplicas, backlogPerReplica = 100, scaler = "cpu" } = args;
  if (scaler === "keda") return kedaObjects(name, args, metadata);
  if (minReplicas === maxReplicas) return {};
  const scaling = { ...defaultScaling, requestsWaiting: backlogPerReplica };
  const queueMetric = scaler === "adapter" ? { name: "genai_worker_backlog_messages", label: "queue" } : undefined;
  return {
    autoscaler: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: metadata(name),
      spec: autoscalerSpec({ deployment: name, minReplicas, maxReplicas, scaling, queueMetric }),
    },
  };
}

/** KEDA's objects (2.18: https://keda.sh/docs/2.18/scalers/redis-streams/). Finished messages leave the stream, so its length is the backlog. */
function kedaObjects(name: string, args: WorkerPoolArgs, metadata: ReturnType<typeof tenantMetadata>): ScalerObjects {
  const { minReplicas = 1, maxReplicas, backlogPerReplica = 100, namespace } = args;
  return {
    triggerAuthentication: {
      apiVersion: "keda.sh/v1alpha1",
      kind: "TriggerAuthentication",
      metadata: metadata(name),
      spec: { secretTargetRef: [{ parameter: "password", ...queuePassword }] },
    },
    scaledObject: {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata: metadata(name),
      spec: {
        scaleTargetRef: { name },
        minReplicaCount: minReplicas,
        maxReplicaCount: maxReplicas,
        cooldownPeriod: defaultScaling.scaleDownSeconds,
        triggers: [
          {
            type: "redis-streams",
            // KEDA's operator asks from a namespace of its own.
            metadata: {
              address: `${queueName}.${namespace}.svc.cluster.local:${queuePort}`,
              stream: name,
              streamLength: String(backlogPerReplica),
            },
            authenticationRef: { name },
          },
        ],
      },
    },
  };
}
