import { fingerprint, ObjectsComponent, type ScrapeTarget, throwProblems } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import {
  type Collection,
  type StoreLogin,
  storeSettings,
  type VectorEngine,
  type VectorStore,
  type VectorStoreArgs,
} from "./args.ts";
import { postgresqlObjects, type PostgresqlObjects } from "./postgresql.ts";
import { database, databaseUsers } from "./postgresql-configuration.ts";
import { vectorStoreProblems } from "./problems.ts";
import { qdrantObjects, type QdrantObjects, qdrantScrapeTargets } from "./qdrant.ts";
import { qdrantPorts } from "./qdrant-pod.ts";
import { storeKeys } from "./store-objects.ts";

/**
 * The objects of PostgreSQL with pgvector as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function postgresqlVectorStoreObjects(name: string, args: VectorStoreArgs): PostgresqlObjects {
  throwProblems(vectorStoreProblems(name, { ...args, engine: "pgvector" }));
  return postgresqlObjects(name, args);
}

/** PostgreSQL with pgvector: one primary with a volume, its collections, copies of it, and a drill that tries them. */
export class PostgresqlVectorStore
  extends ObjectsComponent<PostgresqlObjects & Record<string, PostgresqlObjects[keyof PostgresqlObjects]>>
  implements VectorStore
{
  public readonly engine: VectorEngine = "pgvector";
  public readonly endpoint: pulumi.Output<string>;
  public readonly writer: StoreLogin;
  public readonly reader: StoreLogin;
  public readonly collections: Readonly<Record<string, Collection>>;
  public readonly scrapeTargets: readonly ScrapeTarget[];

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: VectorStoreArgs, options?: pulumi.ComponentResourceOptions) {
    const objects = postgresqlVectorStoreObjects(name, args);
    super(
      "vector-store:PostgresqlVectorStore",
      name,
      { ...objects },
      {
        ...options,
        childOptions: {
          // Pulling the image, starting after a crash, and the one before ending.
          statefulSet: { customTimeouts: { create: "15m", update: "20m" } },
          // Copies outlive what they are copies of.
          snapshots: { retainOnDelete: true },
        },
      },
    );
    const { service, keys } = this.nodes;
    this.endpoint = pulumi.interpolate`postgresql://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local:${database.port}/${database.name}`;
    const login = (user: "application" | "readOnly") => ({
      user: databaseUsers[user],
      key: { name: keys.metadata.name, key: storeKeys[user] },
      fingerprint: fingerprint(args.keys[user]),
    });
    this.writer = login("application");
    this.reader = login("readOnly");
    this.collections = collectionsOf(name, args);
    this.scrapeTargets = [];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/**
 * The objects of Qdrant as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function qdrantVectorStoreObjects(name: string, args: VectorStoreArgs): QdrantObjects {
  throwProblems(vectorStoreProblems(name, { ...args, engine: "qdrant" }));
  return qdrantObjects(name, args);
}

/** Qdrant: one server, or several that divide the vectors; its collections, and copies of them. */
export class QdrantVectorStore
  extends ObjectsComponent<QdrantObjects & Record<string, QdrantObjects[keyof QdrantObjects]>>
  implements VectorStore
{
  public readonly engine: VectorEngine = "qdrant";
  public readonly endpoint: pulumi.Output<string>;
  public readonly writer: StoreLogin;
  public readonly reader: StoreLogin;
  public readonly collections: Readonly<Record<string, Collection>>;
  public readonly scrapeTargets: readonly ScrapeTarget[];

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: VectorStoreArgs, options?: pulumi.ComponentResourceOptions) {
    const objects = qdrantVectorStoreObjects(name, args);
    const minutes = 35 * (args.replicas ?? 1);
    // The startup budget of each replica, one after the other.
    const customTimeouts = { create: `${minutes}m`, update: `${minutes}m` };
    super(
      "vector-store:QdrantVectorStore",
      name,
      { ...objects },
      {
        ...options,
        childOptions: { statefulSet: { customTimeouts } },
      },
    );
    const { service, keys } = this.nodes;
    this.endpoint = pulumi.interpolate`${args.tls ? "https" : "http"}://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local:${qdrantPorts.http}`;
    const login = (user: "administrator" | "readOnly") => ({
      key: { name: keys.metadata.name, key: storeKeys[user] },
      fingerprint: fingerprint(args.keys[user]),
    });
    this.writer = login("administrator");
    this.reader = login("readOnly");
    this.collections = collectionsOf(name, args);
    this.scrapeTargets = qdrantScrapeTargets(name, args);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** The collections of a store by their names. */
export function collectionsOf(name: string, args: VectorStoreArgs): Record<string, Collection> {
  return Object.fromEntries(
    storeSettings(name, args).collections.map(({ name: collection, dimension, distance }) => [
      collection,
      { dimension, distance },
    ]),
  );
}
