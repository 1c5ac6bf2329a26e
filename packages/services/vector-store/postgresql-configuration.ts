import { script } from "./scripts.ts";
import { type StoreSize, storeMemoryMebibytes } from "./resources.ts";

/** Where the configuration is mounted. */
export const configurationDirectory = "/etc/postgresql";

/** Where certificate, key and authority are mounted. */
export const tlsDirectory = "/etc/postgresql-tls";

/** The database that holds the collections, and its port. */
export const database = { name: "vectors", port: 5432 } as const;

/** The users of the database: the first may do everything, the second read and write vectors, the third read them. */
export const databaseUsers = { administrator: "postgres", application: "application", readOnly: "read_only" } as const;

/** Memory that building an index may take, in MiB: a quarter of all. Above it building takes many times as long (pgvector's README). */
export function maintenanceMebibytes(size: StoreSize): number {
  return Math.floor(storeMemoryMebibytes(size) / 4);
}

/**
 * PostgreSQL's configuration. Its memory follows from the container's: a quarter for shared buffers, as its manual advises, and the
 * rest for the cache of the file system, where the other part of the index is.
 */
export function postgresqlConfiguration(size: StoreSize, tls: boolean): Record<string, string> {
  const memory = storeMemoryMebibytes(size);
  const settings: Record<string, string> = {
    listen_addresses: "'*'",
    port: String(database.port),
    hba_file: `'${configurationDirectory}/pg_hba.conf'`,
    password_encryption: "'scram-sha-256'",
    max_connections: "100",
    shared_buffers: `${Math.floor(memory / 4)}MB`,
    effective_cache_size: `${Math.floor((memory * 3) / 4)}MB`,
    maintenance_work_mem: `${maintenanceMebibytes(size)}MB`,
    work_mem: "8MB",
    // A node that has huge pages which the container may not use would end PostgreSQL with a bus error.
    huge_pages: "off",
    // Nobody can be kept from NOTIFY, and a listener that sleeps lets its queue grow: to half a megabyte, and not to 8 GB.
    max_notify_queue_pages: "64",
    log_destination: "'stderr'",
    logging_collector: "off",
    ...(tls && {
      ssl: "on",
      ssl_min_protocol_version: "'TLSv1.3'",
      ssl_cert_file: `'${tlsDirectory}/tls.crt'`,
      ssl_key_file: `'${tlsDirectory}/tls.key'`,
    }),
  };
  return {
    "postgresql.conf": lines(Object.entries(settings).map(([key, value]) => `${key} = ${value}`)),
    "pg_hba.conf": lines(clientRules(tls)),
    "administrator.sh": script("administrator.sh"),
  };
}

/** Who may connect from where; whoever is not named may not. */
function clientRules(tls: boolean): string[] {
  const host = tls ? "hostssl" : "host";
  const { administrator, application, readOnly } = databaseUsers;
  return [
    "# Inside the container the operating system's user is proof enough: the administrator's password is set from there.",
    `local all ${administrator} peer`,
    `${host} ${database.name} ${administrator},${application},${readOnly} all scram-sha-256`,
  ];
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}
