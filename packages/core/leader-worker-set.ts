import type * as kubernetes from "@pulumi/kubernetes";
import { customResource, type CustomResourceArgs } from "./custom-resource.ts";

/** Pods as a workload makes them. */
export type PodTemplate = kubernetes.types.input.core.v1.PodTemplateSpec;

/** A LeaderWorkerSet (leaderworkerset.x-k8s.io/v1, as far as the platform uses it). */
export interface LeaderWorkerSetArgs extends CustomResourceArgs {
  spec: {
    /** Groups; an autoscaler reaches them by the scale subresource, whose Pods are the leaders. @default 1 */
    replicas?: number;
    startupPolicy: "LeaderCreated" | "LeaderReady";
    /** Under whose names the Pods find each other. */
    networkConfig: { subdomainPolicy: "Shared" | "UniquePerReplica" };
    rolloutStrategy: {
      type: "RollingUpdate";
      /** In groups. */
      rollingUpdateConfiguration: { maxSurge: number; maxUnavailable: number };
    };
    leaderWorkerTemplate: {
      /** Pods of a group, the leader included. */
      size: number;
      restartPolicy: "RecreateGroupOnPodRestart" | "None";
      leaderTemplate: PodTemplate;
      workerTemplate: PodTemplate;
    };
  };
}

/** Groups of Pods that live and die together, for a cluster that runs the LeaderWorkerSet controller. */
export const LeaderWorkerSet = customResource<LeaderWorkerSetArgs>("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet");
