import { contentName, type ObjectOf } from "@genai/core";
import { bucketScripts } from "./bucket.ts";
import { storeSettings, type VectorStoreArgs } from "./args.ts";
import { collectionsSql } from "./postgresql-collections.ts";
import { database, postgresqlConfiguration } from "./postgresql-configuration.ts";
import { collectionsJob, drillJob, postgresqlJobPod, snapshotJob, snapshotsName } from "./postgresql-jobs.ts";
import { storeStatefulSet } from "./pods.ts";
import { dataVolume, postgresqlPodSpec, postgresqlPortName } from "./postgresql-pod.ts";
import { snapshotGibibytes } from "./resources.ts";
import { script } from "./scripts.ts";
import { setupJob, storeCronJob, type StoreJobEdges, storeJobEdges } from "./store-jobs.ts";
import { storeObjects, type StoreObjects, storePart } from "./store-objects.ts";
import { claimSpec } from "./volumes.ts";

/** The objects of PostgreSQL with pgvector. */
export interface PostgresqlObjects extends StoreObjects, StoreJobEdges {
  configuration: ObjectOf<"ConfigMap">;
  statefulSet: ObjectOf<"StatefulSet">;
  collectionScripts: ObjectOf<"ConfigMap">;
  collections: ObjectOf<"Job">;
  snapshotScripts: ObjectOf<"ConfigMap">;
  snapshots: ObjectOf<"PersistentVolumeClaim">;
  snapshot: ObjectOf<"CronJob">;
  drill: ObjectOf<"CronJob">;
}

/** The scripts that copy a store and try a copy, by their names. */
const snapshotScripts = ["snapshot.sh", "snapshot.sql", "counts.sql", "drill.sh", ...bucketScripts];

/** PostgreSQL with pgvector as plain data; arguments are taken to be right. */
export function postgresqlObjects(name: string, args: VectorStoreArgs): PostgresqlObjects {
  const settings = storeSettings(name, args);
  const store = storePart(name, settings, "store");
  const jobs = storePart(name, settings, "collections");
  const copies = storePart(name, settings, "snapshot");
  const configMap = (part: typeof store, suffix: string, data: Record<string, string>): ObjectOf<"ConfigMap"> => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: part.metadata(contentName(`${name}-${suffix}`, data)),
    data,
  });
  const nameOf = ({ metadata }: ObjectOf<"ConfigMap">) => (metadata as { name: string }).name;
  const setup = {
    "collections.sh": script("collections.sh"),
    "collections.sql": collectionsSql(settings.collections),
  };
  const configuration = configMap(store, "settings", postgresqlConfiguration(settings, settings.tls !== undefined));
  const collectionScripts = configMap(jobs, "setup", setup);
  const scripts = configMap(copies, "copying", Object.fromEntries(snapshotScripts.map((file) => [file, script(file)])));
  const pod = (job: Parameters<typeof postgresqlJobPod>[3]) => postgresqlJobPod(name, settings, nameOf(scripts), job);
  return {
    ...storeObjects(name, settings, [{ name: postgresqlPortName, port: database.port, appProtocol: "postgresql" }]),
    configuration,
    statefulSet: storeStatefulSet(name, settings, {
      serviceName: name,
      volumes: { [dataVolume]: settings.storage },
      pod: postgresqlPodSpec(name, settings, nameOf(configuration)),
      keys: ["administrator"],
    }),
    collectionScripts,
    collections: setupJob(
      name,
      settings,
      setup,
      postgresqlJobPod(name, settings, nameOf(collectionScripts), collectionsJob),
    ),
    snapshotScripts: scripts,
    snapshots: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      // Many classes make a volume only when a Pod wants it, here at night.
      metadata: copies.metadata(snapshotsName(name), { "pulumi.com/skipAwait": "true" }),
      spec: claimSpec(`${snapshotGibibytes(settings, settings.snapshots.keep)}Gi`, settings),
    },
    snapshot: storeCronJob(name, settings, "snapshot", pod(snapshotJob(name, settings))),
    drill: storeCronJob(name, settings, "drill", pod(drillJob(name, settings))),
    ...storeJobEdges(name, settings),
  };
}
