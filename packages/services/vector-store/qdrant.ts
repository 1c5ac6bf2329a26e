import { contentName, type ObjectOf } from "@genai/core";
import { storeSettings, type VectorStoreArgs } from "./args.ts";
import { qdrantJobPod, wantedCollections } from "./qdrant-jobs.ts";
import { nodesName, qdrantPodSpec, qdrantPorts, qdrantVolumes } from "./qdrant-pod.ts";
import { snapshotGibibytes } from "./resources.ts";
import { script } from "./scripts.ts";
import { setupJob, storeCronJob } from "./store-jobs.ts";
import { storeObjects, type StoreObjects, storePart } from "./store-objects.ts";
import { claimTemplate, keepClaims } from "./volumes.ts";

/** The objects of Qdrant. */
export interface QdrantObjects extends StoreObjects {
  nodes: ObjectOf<"Service">;
  statefulSet: ObjectOf<"StatefulSet">;
  scripts: ObjectOf<"ConfigMap">;
  collections: ObjectOf<"Job">;
  snapshot: ObjectOf<"CronJob">;
  /** Of a single replica alone: a replica of several has not all of a collection, and where its part belongs only the cluster knows. */
  drill: ObjectOf<"CronJob"> | undefined;
}

/** Qdrant as plain data; arguments are taken to be right. */
export function qdrantObjects(name: string, args: VectorStoreArgs): QdrantObjects {
  const settings = storeSettings(name, args);
  const part = storePart(name, settings, "store");
  const data = { "qdrant.mts": script("qdrant.ts") };
  const scripts = contentName(`${name}-qdrant`, data);
  const ports = [
    { name: "http", port: qdrantPorts.http, appProtocol: settings.tls ? "https" : "http" },
    { name: "grpc", port: qdrantPorts.grpc, appProtocol: "grpc" },
  ];
  const pod = (action: "collections" | "snapshot" | "drill") => qdrantJobPod(name, settings, scripts, action);
  const storage = {
    storage: settings.storage,
    snapshots: `${snapshotGibibytes(settings, settings.snapshots.keep)}Gi`,
  } satisfies Record<keyof typeof qdrantVolumes, string>;
  return {
    ...storeObjects(name, settings, ports, ["p2p"]),
    nodes: {
      apiVersion: "v1",
      kind: "Service",
      metadata: part.metadata(nodesName(name), { "pulumi.com/skipAwait": "true" }),
      spec: {
        clusterIP: "None",
        // Replicas find each other before they are ready.
        publishNotReadyAddresses: true,
        selector: part.selector,
        ports: Object.entries(qdrantPorts).map(([port, number]) => ({
          ...{ name: port, port: number, targetPort: port, protocol: "TCP" },
        })),
      },
    },
    statefulSet: {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: part.metadata(name),
      spec: {
        replicas: settings.replicas,
        serviceName: nodesName(name),
        // All at once: after a power cut none is ready before most are there. Updates still go one by one.
        podManagementPolicy: "Parallel",
        revisionHistoryLimit: 3,
        persistentVolumeClaimRetentionPolicy: keepClaims,
        selector: { matchLabels: part.selector },
        template: {
          metadata: {
            labels: part.labels,
            annotations: { "genai.platform/key-generation": String(settings.keyGeneration) },
          },
          spec: qdrantPodSpec(name, settings, part),
        },
        volumeClaimTemplates: Object.entries(storage).map(([volume, size]) =>
          claimTemplate(volume, size, settings, part),
        ),
      },
    } as ObjectOf<"StatefulSet">,
    scripts: { apiVersion: "v1", kind: "ConfigMap", metadata: part.metadata(scripts), data },
    collections: setupJob(
      name,
      settings,
      { ...data, wanted: JSON.stringify(wantedCollections(settings)) },
      pod("collections"),
    ),
    snapshot: storeCronJob(name, settings, "snapshot", pod("snapshot")),
    drill: settings.replicas > 1 ? undefined : storeCronJob(name, settings, "drill", pod("drill")),
  };
}
