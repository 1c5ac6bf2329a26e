import { images } from "@genai/catalog";
import { restrictedContainerSecurityContext, variablesOf } from "@genai/core";
import type { StoreSettings, VectorStoreKeys } from "./args.ts";
import { bucketContainers } from "./bucket.ts";
import { inOrder, jobPodBase } from "./pods.ts";
import { database, databaseUsers, tlsDirectory } from "./postgresql-configuration.ts";
import { postgresqlSecurityContext } from "./postgresql-pod.ts";
import { snapshotGibibytes, storeJobResources } from "./resources.ts";
import { storeKeys, storeKeysName, storePart } from "./store-objects.ts";
import { scratchVolume } from "./volumes.ts";

/** What a Job of PostgreSQL's own programs does. */
interface PostgresqlJob {
  /** Which script it runs. */
  file: string;
  /** As whom it connects, and the passwords that it hands on. @default it does not connect */
  connect?: { as: keyof VectorStoreKeys; handOn?: Readonly<Record<string, keyof VectorStoreKeys>> };
  environment?: Readonly<Record<string, string>>;
  volumes?: readonly { name: string; [source: string]: unknown }[];
  mounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[];
  /** Containers that run before and after its own. @default none */
  before?: readonly object[];
  after?: readonly object[];
}

/** Name of the claim with the copies of a store. */
export function snapshotsName(store: string): string {
  return `${store}-snapshots`;
}

/** Makes roles and collections. */
export const collectionsJob: PostgresqlJob = {
  file: "collections.sh",
  connect: {
    as: "administrator",
    handOn: { APPLICATION_PASSWORD: "application", READ_ONLY_PASSWORD: "readOnly" },
  },
};

/** Copies all collections to the claim of copies; reading is all that it may. */
export function snapshotJob(name: string, settings: StoreSettings): PostgresqlJob {
  const copies = { volume: "snapshots", mountPath: "/snapshots", directory: "/snapshots" };
  return {
    file: "snapshot.sh",
    connect: { as: "readOnly" },
    environment: { KEEP: String(settings.snapshots.keep) },
    volumes: [{ name: "snapshots", persistentVolumeClaim: { claimName: snapshotsName(name) } }],
    mounts: [{ name: "snapshots", mountPath: "/snapshots" }],
    after: bucketContainers(name, settings, "upload", copies),
  };
}

/** Restores the newest copy into a server of its own and counts; it has no key and talks to nobody but the bucket, if there is one. */
export function drillJob(name: string, settings: StoreSettings): PostgresqlJob {
  const scratch = `${snapshotGibibytes(settings, 1) + 1}Gi`;
  const inBucket = settings.snapshots.copies !== undefined;
  const copies = { volume: "scratch", mountPath: "/scratch", directory: "/scratch/copies" };
  const claim = { claimName: snapshotsName(name), readOnly: true };
  return {
    file: "drill.sh",
    environment: inBucket ? { COPIES: copies.directory } : {},
    volumes: [
      ...(inBucket ? [] : [{ name: "snapshots", persistentVolumeClaim: claim }]),
      scratchVolume(copies.volume, scratch, settings, storePart(name, settings, "drill")),
    ],
    mounts: [
      ...(inBucket ? [] : [{ name: "snapshots", mountPath: "/snapshots", readOnly: true }]),
      { name: copies.volume, mountPath: copies.mountPath },
    ],
    before: bucketContainers(name, settings, "download", copies),
  };
}

/** The Pod of such a Job; satisfies the Pod Security Standard `restricted`. */
export function postgresqlJobPod(
  name: string,
  settings: StoreSettings,
  scripts: string,
  { file, connect, environment = {}, volumes = [], mounts = [], before = [], after = [] }: PostgresqlJob,
) {
  const { tls } = settings;
  const password = (key: keyof VectorStoreKeys) => ({ name: storeKeysName(name), key: storeKeys[key] });
  const handedOn = Object.entries(connect?.handOn ?? {}).map(([variable, key]) => [variable, password(key)] as const);
  const variables = {
    ...(connect && {
      PGHOST: name,
      PGPORT: String(database.port),
      PGDATABASE: database.name,
      PGUSER: databaseUsers[connect.as],
      PGSSLMODE: tls ? "verify-full" : "disable",
      ...(tls && { PGSSLROOTCERT: `${tlsDirectory}/ca.crt` }),
    }),
    ...environment,
    ...(connect && { PGPASSWORD: password(connect.as) }),
    ...Object.fromEntries(handedOn),
  };
  const own = {
    name: file.replace(/\.sh$/, ""),
    image: images.pgvector,
    command: ["sh", `/scripts/${file}`],
    env: variablesOf(variables),
    resources: storeJobResources,
    securityContext: restrictedContainerSecurityContext,
    volumeMounts: [
      { name: "scripts", mountPath: "/scripts", readOnly: true },
      { name: "temporary", mountPath: "/tmp" },
      ...(tls && connect ? [{ name: "tls", mountPath: tlsDirectory, readOnly: true }] : []),
      ...mounts,
    ],
  };
  return {
    ...jobPodBase(name, settings),
    securityContext: postgresqlSecurityContext,
    ...inOrder([...before, own, ...after]),
    volumes: [
      { name: "scripts", configMap: { name: scripts } },
      { name: "temporary", emptyDir: { sizeLimit: "64Mi" } },
      ...(tls && connect
        ? [{ name: "tls", secret: { secretName: tls.secretName, items: [{ key: "ca.crt", path: "ca.crt" }] } }]
        : []),
      ...volumes,
    ],
  };
}
