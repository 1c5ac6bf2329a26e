import { images } from "@genai/catalog";
import { restrictedContainerSecurityContext, restrictedPodSecurityContext } from "@genai/core";
import type { StoreSettings } from "./args.ts";
import { serverPodBase } from "./pods.ts";
import { configurationDirectory, database, maintenanceMebibytes, tlsDirectory } from "./postgresql-configuration.ts";
import { storeResources } from "./resources.ts";
import { storeKeys, storeKeysName } from "./store-objects.ts";

/** Name of the container port that Service and NetworkPolicy refer to. */
export const postgresqlPortName = "postgresql";

/** Name of the volume with the database. */
export const dataVolume = "data";

/** The user that PostgreSQL runs as in the published image. */
const user = 999;

/** Who the Pods of PostgreSQL and the Jobs around it run as. Ownership is looked at once: on a large volume changing it takes minutes. */
export const postgresqlSecurityContext = {
  ...restrictedPodSecurityContext,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: "OnRootMismatch",
};

/** Seconds that PostgreSQL may take to start: after a crash it first does again what its log says. */
const startupSeconds = 600;

/** The Pod of PostgreSQL; satisfies the Pod Security Standard `restricted`. */
export function postgresqlPodSpec(name: string, settings: StoreSettings, configurationName: string) {
  const { tls } = settings;
  const mount = (volume: string, mountPath: string, readOnly = false) => ({
    name: volume,
    mountPath,
    ...(readOnly && { readOnly }),
  });
  // By network, because the server that prepares a new database listens on its socket alone.
  const ready = { exec: { command: ["pg_isready", "--quiet", "--host=127.0.0.1"] }, timeoutSeconds: 5 };
  return {
    // The image's stop signal ends connections and writes everything to disk.
    ...serverPodBase(name, settings),
    securityContext: postgresqlSecurityContext,
    containers: [
      {
        name: "postgresql",
        image: images.pgvector,
        args: ["postgres", "-c", `config_file=${configurationDirectory}/postgresql.conf`],
        env: [
          { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
          { name: "POSTGRES_DB", value: database.name },
          { name: "POSTGRES_PASSWORD_FILE", value: `/keys/${storeKeys.administrator}` },
          { name: "POSTGRES_INITDB_ARGS", value: "--auth-local=peer --data-checksums --set=huge_pages=off" },
        ],
        ports: [{ name: postgresqlPortName, containerPort: database.port, protocol: "TCP" }],
        startupProbe: { ...ready, periodSeconds: 5, failureThreshold: startupSeconds / 5 },
        readinessProbe: { ...ready, periodSeconds: 5, failureThreshold: 2 },
        livenessProbe: { ...ready, periodSeconds: 10, failureThreshold: 6 },
        lifecycle: { postStart: { exec: { command: ["sh", `${configurationDirectory}/administrator.sh`] } } },
        resources: storeResources(settings),
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          mount(dataVolume, "/var/lib/postgresql/data"),
          mount("configuration", configurationDirectory, true),
          mount("keys", "/keys", true),
          ...(tls ? [mount("tls", tlsDirectory, true)] : []),
          mount("run", "/var/run/postgresql"),
          mount("shared-memory", "/dev/shm"),
          mount("temporary", "/tmp"),
        ],
      },
    ],
    volumes: [
      { name: "configuration", configMap: { name: configurationName } },
      {
        name: "keys",
        secret: {
          secretName: storeKeysName(name),
          items: [{ key: storeKeys.administrator, path: storeKeys.administrator }],
          defaultMode: 0o440,
        },
      },
      // PostgreSQL refuses a key that others than its owner and group can read.
      ...(tls ? [{ name: "tls", secret: { secretName: tls.secretName, defaultMode: 0o440 } }] : []),
      { name: "run", emptyDir: { sizeLimit: "16Mi" } },
      // Processes that build an index together share what it takes; the container runtime's own 64 MiB are too few.
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: `${maintenanceMebibytes(settings) + 64}Mi` } },
      { name: "temporary", emptyDir: { sizeLimit: "512Mi" } },
    ],
  };
}
