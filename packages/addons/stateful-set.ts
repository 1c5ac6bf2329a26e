import { type ObjectOf, selectorLabels } from "@genai/core";
import type { types } from "@pulumi/kubernetes";
import { type AddonWorkload, labelsOf, metadataOf, restrictedPodOf } from "./addon-objects.ts";

/** Where an add-on keeps what must outlive its Pods. */
export interface StorageConfiguration {
  /** `volume`: a PersistentVolumeClaim for each replica; `none`: nothing outlives a Pod, for clusters without a StorageClass. */
  kind: "volume" | "none";
  /** Of each replica, as a Kubernetes quantity. */
  size: string;
  /** StorageClass. @default the cluster's */
  class?: string;
}

/** What of a StatefulSet its Pod does not say. */
export interface StatefulSetArgs {
  replicas: number;
  /** Name of the Service by which its Pods have names. */
  serviceName: string;
  storage: StorageConfiguration;
}

type Pod = types.input.core.v1.PodSpec & { volumes?: types.input.core.v1.Volume[] };

/** A StatefulSet of Pods without root, with the volume `data`: a claim for each, or an empty directory of the same size. */
export function statefulSetOf(
  workload: AddonWorkload,
  { replicas, serviceName, storage }: StatefulSetArgs,
  pod: Pod,
): ObjectOf<"StatefulSet"> {
  const labels = labelsOf(workload);
  const selector = selectorLabels(workload);
  const { kind, size, class: storageClassName } = storage;
  const { volumes = [] } = pod;
  const claim = {
    metadata: { name: "data", labels },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClassName && { storageClassName }),
      resources: { requests: { storage: size } },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadataOf(workload),
    spec: {
      replicas,
      serviceName,
      revisionHistoryLimit: 3,
      // None waits for another.
      podManagementPolicy: "Parallel",
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          ...restrictedPodOf(workload),
          ...pod,
          volumes: kind === "none" ? [...volumes, { name: "data", emptyDir: { sizeLimit: size } }] : volumes,
        },
      },
      ...(kind === "volume" && { volumeClaimTemplates: [claim] }),
    },
  };
}
