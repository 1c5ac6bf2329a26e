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
  const volume = scratchVolume("scratch", scratch, settings, storePart(name, settings, "drill"));
  const mount = { name: "scratch", mountPath: "/scratch" };
  if (settings.snapshots.copies) {
    const directory = "/scratch/copies";
    return {
      file: "drill.sh",
      environment: { COPIES: directory },
      volumes: [volume],
      mounts: [mount],
      before: bucketContainers(name, settings, "download", {
        volume: mount.name,
        mountPath: mount.mountPath,
        directory,
      }),
    };
  }
  return {
    file: "drill.sh",
    volumes: [{ name: "snapshots", persistentVolumeClaim: { claimName: snapshotsName(name), readOnly: true } }, volume],
    mounts: [{ name: "snapshots", mountPath: "/snapshots", readOnly: true }, mount],
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
  const password = (variable: string, key: keyof VectorStoreKeys) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: storeKeysName(name), key: storeKeys[key] } },
  });
  const plain: Record<string, string> = {
    ...(connect && {
      PGHOST: name,
      PGPORT: String(database.port),
      PGDATABASE: database.name,
      PGUSER: databaseUsers[connect.as],
      PGSSLMODE: tls ? "verify-full" : "disable",
      ...(tls && { PGSSLROOTCERT: `${tlsDirectory}/ca.crt` }),
    }),
    ...environment,
  };
  const own = {
    name: file.replace(/\.sh$/, ""),
    image: images.pgvector,
    command: ["sh", `/scripts/${file}`],
    env: [
      ...variablesOf(plain),
      ...(connect ? [password("PGPASSWORD", connect.as)] : []),
      ...Object.entries(connect?.handOn ?? {}).map(([variable, key]) => password(variable, key)),
    ],
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
