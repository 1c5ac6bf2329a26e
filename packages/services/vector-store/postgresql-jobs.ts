import { images } from "@genai/catalog";
import { restrictedContainerSecurityContext, variablesOf } from "@genai/core";
import type { StoreSettings, VectorStoreKeys } from "./args.ts";
import { jobPodBase } from "./pods.ts";
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
export function snapshotJob(name: string, { snapshots }: StoreSettings): PostgresqlJob {
  return {
    file: "snapshot.sh",
    connect: { as: "readOnly" },
    environment: { KEEP: String(snapshots.keep) },
    volumes: [{ name: "snapshots", persistentVolumeClaim: { claimName: snapshotsName(name) } }],
    mounts: [{ name: "snapshots", mountPath: "/snapshots" }],
  };
}

/** Restores the newest copy into a server of its own and counts; it has no key and talks to nobody. */
export function drillJob(name: string, settings: StoreSettings): PostgresqlJob {
  const scratch = `${snapshotGibibytes(settings, 1) + 1}Gi`;
  return {
    file: "drill.sh",
    volumes: [
      { name: "snapshots", persistentVolumeClaim: { claimName: snapshotsName(name), readOnly: true } },
      scratchVolume("scratch", scratch, settings, storePart(name, settings, "drill")),
    ],
    mounts: [
      { name: "snapshots", mountPath: "/snapshots", readOnly: true },
      { name: "scratch", mountPath: "/scratch" },
    ],
  };
}

/** The Pod of such a Job; satisfies the Pod Security Standard `restricted`. */
export function postgresqlJobPod(
  name: string,
  settings: StoreSettings,
  scripts: string,
  { file, connect, environment = {}, volumes = [], mounts = [] }: PostgresqlJob,
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
  return {
    ...jobPodBase(name, settings),
    securityContext: postgresqlSecurityContext,
    containers: [
      {
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
      },
    ],
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
