import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Pods as a workload makes them. */
export type PodTemplate = kubernetes.types.input.core.v1.PodTemplateSpec;

/** A LeaderWorkerSet (leaderworkerset.x-k8s.io/v1, as far as the platform uses it). */
export interface LeaderWorkerSetArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: kubernetes.types.input.meta.v1.ObjectMeta;
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
export class LeaderWorkerSet extends kubernetes.apiextensions.CustomResource {
  constructor(name: string, args: LeaderWorkerSetArgs, options?: pulumi.CustomResourceOptions) {
    super(name, { ...args, apiVersion: "leaderworkerset.x-k8s.io/v1", kind: "LeaderWorkerSet" }, options);
  }
}
