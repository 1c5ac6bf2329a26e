import { contentName, headlessService, type ObjectOf, type ScrapeTarget } from "@genai/core";
import { scrapeAnnotations } from "../serving/server-objects.ts";
import { bucketScripts } from "./bucket.ts";
import { storeSettings, type VectorStoreArgs } from "./args.ts";
import { storeStatefulSet } from "./pods.ts";
import { qdrantJobPod, wantedCollections } from "./qdrant-jobs.ts";
import { nodesName, qdrantMetrics, qdrantPodSpec, qdrantPorts, qdrantVolumes, schemeOf } from "./qdrant-pod.ts";
import { snapshotGibibytes } from "./resources.ts";
import { script } from "./scripts.ts";
import { setupJob, storeCronJob, type StoreJobEdges, storeJobEdges } from "./store-jobs.ts";
import { storeObjects, type StoreObjects, storePart } from "./store-objects.ts";

/** The objects of Qdrant. */
export interface QdrantObjects extends StoreObjects, StoreJobEdges {
  nodes: ObjectOf<"Service">;
  statefulSet: ObjectOf<"StatefulSet">;
  scripts: ObjectOf<"ConfigMap">;
  collections: ObjectOf<"Job">;
  snapshot: ObjectOf<"CronJob">;
  drill: ObjectOf<"CronJob">;
}

/** Qdrant as plain data; arguments are taken to be right. */
export function qdrantObjects(name: string, args: VectorStoreArgs): QdrantObjects {
  const settings = storeSettings(name, args);
  const part = storePart(name, settings, "store");
  const data = {
    "qdrant.mts": script("qdrant.ts"),
    ...(settings.snapshots.copies && Object.fromEntries(bucketScripts.map((file) => [file, script(file)]))),
  };
  const scripts = contentName(`${name}-qdrant`, data);
  const ports = [
    { name: "http", port: qdrantPorts.http, appProtocol: settings.tls ? "https" : "http" },
    { name: "grpc", port: qdrantPorts.grpc, appProtocol: "grpc" },
  ];
  const pod = (action: "collections" | "snapshot" | "drill") => qdrantJobPod(name, settings, scripts, action);
  const volumes = {
    storage: settings.storage,
    snapshots: `${snapshotGibibytes(settings, settings.snapshots.keep)}Gi`,
  } satisfies Record<keyof typeof qdrantVolumes, string>;
  return {
    ...storeObjects(name, settings, ports, { between: ["p2p"], metrics: qdrantMetrics.name }),
    nodes: headlessService(
      part.metadata(nodesName(name)),
      part.selector,
      Object.entries(qdrantPorts).map(([port, number]) => ({ name: port, port: number })),
    ),
    statefulSet: storeStatefulSet(name, settings, {
      serviceName: nodesName(name),
      volumes,
      pod: qdrantPodSpec(name, settings),
      keys: ["administrator", "readOnly"],
      annotations: scrapeAnnotations(
        { metricsPort: qdrantMetrics.port, scraper: settings.scraper },
        "/metrics",
        settings.tls && "https",
      ),
    }),
    scripts: { apiVersion: "v1", kind: "ConfigMap", metadata: part.metadata(scripts), data },
    collections: setupJob(
      name,
      settings,
      { script: data["qdrant.mts"], wanted: JSON.stringify(wantedCollections(settings)) },
      pod("collections"),
    ),
    snapshot: storeCronJob(name, settings, "snapshot", pod("snapshot")),
    drill: storeCronJob(name, settings, "drill", pod("drill")),
    ...storeJobEdges(name, settings),
  };
}

/** Where the metrics of each replica are; nowhere if nobody may read them. */
export function qdrantScrapeTargets(name: string, args: VectorStoreArgs): ScrapeTarget[] {
  if (!args.scraper) return [];
  const { selector } = storePart(name, args, "store");
  const { namespace } = args;
  const scheme = schemeOf(args);
  return [
    {
      job: `qdrant-${name}`,
      source: "qdrant",
      namespace,
      selector,
      port: qdrantMetrics.name,
      ...(scheme === "https" && { scheme }),
      anonymous: true,
    },
  ];
}
