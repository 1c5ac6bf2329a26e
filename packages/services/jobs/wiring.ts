import type { Problem } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { GenAIPlatformArgs } from "../platform.ts";
import type { Embedder } from "../serving/embedding-server.ts";
import type { InferenceServer } from "../serving/inference-server.ts";
import { apiKeySecretKey } from "../serving/server-objects.ts";
import type { VectorStore } from "../vector-store/args.ts";
import type { CollectionArgs } from "./collection.ts";
import type { WorkerTask } from "./worker-args.ts";

/** A collection by the names under `vectorStores`. */
export interface NamedCollection {
  store: string;
  collection: string;
}

/** What the workers of a pool do, by the names of the stack file. */
export type PlatformTask =
  { kind: "model"; model: string } | { kind: "embed"; collection: NamedCollection } | { kind: "image"; image: string };

/** What jobs use of the services that are deployed before them, by name. */
export interface JobServices {
  servers: Readonly<Record<string, InferenceServer>>;
  embedders: Readonly<Record<string, Embedder & pulumi.ComponentResource>>;
  vectorStores: Readonly<Record<string, VectorStore & pulumi.ComponentResource>>;
}

/** What a job needs of the services that it names: known to be there, and found once they are deployed. */
export interface Wiring<Found> {
  /** @returns What the job takes, and the services that have to be there before it. */
  find(services: JobServices): { found: Found; services: pulumi.Resource[] };
}

/** The task of workers; nothing, and a problem, if what it names is not there. */
export function taskWiring(
  path: string,
  task: PlatformTask,
  args: GenAIPlatformArgs,
  problems: Problem[],
): Wiring<WorkerTask> | undefined {
  if (task.kind === "image") return { find: () => ({ found: task, services: [] }) };
  if (task.kind === "embed") {
    const wiring = collectionWiring(`${path}.collection`, task.collection, args, problems);
    if (!wiring) return undefined;
    return {
      find(all) {
        const { found, services } = wiring.find(all);
        return { found: { kind: "embed", collection: found }, services };
      },
    };
  }
  const { model } = task;
  if (!Object.hasOwn(args.models, model)) {
    problems.push({ path: `${path}.model`, message: `"${model}" is no model that is served; name one` });
    return undefined;
  }
  return {
    find({ servers }) {
      const { endpoint, apiKeySecret, apiKeyFingerprint } = present(servers, model);
      // A model that loads for long holds nobody up: messages wait for it.
      return {
        found: {
          ...{ kind: "model", model, endpoint, apiKeyFingerprint },
          apiKey: { name: apiKeySecret, key: apiKeySecretKey },
        },
        services: [],
      };
    },
  };
}

/** A collection with its store and its embedder; nothing, and a problem, if one of them is not there. */
export function collectionWiring(
  path: string,
  { store, collection }: NamedCollection,
  { vectorStores = {}, embeddings = {} }: GenAIPlatformArgs,
  problems: Problem[],
): (Wiring<CollectionArgs> & { tenant: string }) | undefined {
  const holder = Object.hasOwn(vectorStores, store) ? vectorStores[store] : undefined;
  const embedder =
    holder && Object.hasOwn(holder.collections, collection) ? holder.collections[collection]?.embedder : undefined;
  if (!holder || embedder === undefined || !Object.hasOwn(embeddings, embedder)) {
    problems.push({ path, message: `"${store}/${collection}" is no collection of a vector store; name one` });
    return undefined;
  }
  return {
    tenant: holder.tenant,
    find(services) {
      const [keeps, embeds] = [present(services.vectorStores, store), present(services.embedders, embedder)];
      return { found: { store: keeps, collection, tls: holder.tls, embedder: embeds }, services: [keeps] };
    },
  };
}

function present<Service>(services: Readonly<Record<string, Service>>, name: string): Service {
  const service = services[name];
  if (service === undefined) throw new Error(`"${name}" is not deployed before what uses it`);
  return service;
}
