import { embeddingModels, engines } from "@genai/catalog";
import type { Problem } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { GenAIPlatformArgs } from "../platform.ts";
import type { EmbeddingServerArgs } from "../serving/embedding-server.ts";
import { embedderPort } from "../serving/embedding-pod.ts";
import type { InferenceServerArgs } from "../serving/inference-server.ts";
import type { NodePool } from "../serving/pool.ts";
import { apiKeySecretKey, apiKeySecretName } from "../serving/server-objects.ts";
import { type CollectionArgs, storeConnection } from "./collection.ts";
import { EmbeddingPipeline, type EmbeddingPipelineArgs, embeddingPipelineProblems } from "./embedding-pipeline.ts";
import type { SecretReference } from "./job-objects.ts";
import { WorkQueue, type WorkQueueArgs } from "./work-queue.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { WorkerPoolArgs, WorkerTask } from "./worker-args.ts";
import { workerPoolProblems } from "./worker-problems.ts";

/** A collection by the names that the stack file gives its store, itself and its embedding service. */
export interface PlatformCollection {
  engine: "pgvector" | "qdrant";
  store: string;
  collection: string;
  /** Name under `embeddings`. */
  embedder: string;
  chunkTokens?: number;
}

/** What the workers of a pool do, by the names of the stack file. */
export type PlatformTask =
  | { kind: "model"; model: string }
  | { kind: "embed"; collection: PlatformCollection }
  | { kind: "image"; image: string };

type Placed<Args> = Omit<Args, "path" | "namespace" | "monitoringNamespace" | "runtimeClassName" | "pool"> & {
  /** Name of a pool. */
  pool: string;
};

/** Queues, workers and pipelines as the stack file describes them. */
export interface PlatformJobs {
  /** Pools of workers by name. */
  workers: Readonly<Record<string, Omit<Placed<WorkerPoolArgs>, "task"> & { task: PlatformTask }>>;
  /** Pipelines by name. */
  pipelines: Readonly<
    Record<string, Omit<Placed<EmbeddingPipelineArgs>, "collection"> & { collection: PlatformCollection }>
  >;
  /** Pool and password of each tenant's queue, for tenants with workers, by tenant. */
  queues: Readonly<Record<string, { pool: string; password: pulumi.Input<string> }>>;
}

/** The servers of the platform, by name. */
interface Servers {
  servers: Readonly<Record<string, InferenceServerArgs>>;
  embedders: Readonly<Record<string, EmbeddingServerArgs>>;
}

/** The arguments of each queue, pool of workers and pipeline, and what is wrong with them. */
export interface JobArguments {
  queues: Record<string, WorkQueueArgs>;
  workers: Record<string, WorkerPoolArgs>;
  pipelines: Record<string, EmbeddingPipelineArgs>;
  problems: Problem[];
}

/** Puts queues, workers and pipelines in their places, and finds the servers that they name. */
export function platformJobs(args: GenAIPlatformArgs, servers: Servers): JobArguments {
  const { workers = {}, pipelines = {}, queues = {} } = args.jobs ?? {};
  const found: JobArguments = { queues: {}, workers: {}, pipelines: {}, problems: [] };
  for (const [tenant, { pool, password }] of Object.entries(queues)) {
    const place = placeOf("genai:workers", { tenant, pool }, args, found.problems);
    if (place) found.queues[tenant] = { ...place, password };
  }
  for (const [name, { task, ...worker }] of Object.entries(workers)) {
    const path = `genai:workers.${name}`;
    const place = placeOf(path, worker, args, found.problems);
    const resolved = taskOf(
      `${path}.${task.kind === "embed" ? "collection" : task.kind}`,
      task,
      servers,
      found.problems,
    );
    if (!place || !resolved) continue;
    const own = { ...worker, ...place, task: resolved, runtimeClassName: args.runtimeClassName };
    found.workers[name] = own;
    found.problems.push(...workerPoolProblems(name, own));
  }
  for (const [name, { collection, ...pipeline }] of Object.entries(pipelines)) {
    const path = `genai:pipelines.${name}`;
    const place = placeOf(path, pipeline, args, found.problems);
    const resolved = collectionOf(`${path}.collection`, collection, servers, found.problems);
    if (!place || !resolved) continue;
    const own = { ...pipeline, ...place, collection: resolved };
    found.pipelines[name] = own;
    found.problems.push(...embeddingPipelineProblems(name, own));
  }
  return found;
}

/** Deploys what `platformJobs` put together. */
export function deployJobs(
  { queues, workers, pipelines }: JobArguments,
  options: pulumi.ComponentResourceOptions,
): void {
  const built = Object.fromEntries(
    Object.entries(queues).map(([tenant, queue]) => [tenant, new WorkQueue(`queue-${tenant}`, queue, options)]),
  );
  for (const [name, worker] of Object.entries(workers)) {
    const queue = built[worker.tenant];
    new WorkerPool(name, worker, { ...options, dependsOn: [...dependencies(options), ...(queue ? [queue] : [])] });
  }
  for (const [name, pipeline] of Object.entries(pipelines)) new EmbeddingPipeline(name, pipeline, options);
}

function dependencies({ dependsOn }: pulumi.ComponentResourceOptions): pulumi.Resource[] {
  return Array.isArray(dependsOn) ? (dependsOn as pulumi.Resource[]) : [];
}

function placeOf(
  path: string,
  { tenant: tenantName, pool: poolName }: { tenant: string; pool: string },
  { pools, tenants, monitoringNamespace }: GenAIPlatformArgs,
  problems: Problem[],
):
  | { path: string; tenant: string; namespace: pulumi.Input<string>; pool: NodePool; monitoringNamespace?: string }
  | undefined {
  const pool = pools.find(({ name }) => name === poolName);
  const tenant = tenants[tenantName];
  if (!pool) problems.push({ path: `${path}.pool`, message: `"${poolName}" is no pool; name one of the cluster's` });
  if (!tenant)
    problems.push({ path: `${path}.tenant`, message: `"${tenantName}" is no tenant; name one of the platform's` });
  return pool && tenant && { path, tenant: tenantName, namespace: tenant.namespace, pool, monitoringNamespace };
}

function taskOf(path: string, task: PlatformTask, servers: Servers, problems: Problem[]): WorkerTask | undefined {
  switch (task.kind) {
    case "image":
      return task;
    case "embed": {
      const collection = collectionOf(path, task.collection, servers, problems);
      return collection && { kind: "embed", collection };
    }
    case "model": {
      const { model } = task;
      if (!servers.servers[model]) problems.push({ path, message: `"${model}" is no model that is served; name one` });
      // A worker is in its model's namespace.
      const endpoint = `http://${model}:${engines.vllm.port}${engines.vllm.apiPath}`;
      return servers.servers[model] && { kind: "model", model, endpoint, apiKey: apiKeyReference(model) };
    }
  }
}

function collectionOf(
  path: string,
  { engine, store, collection, embedder: name, chunkTokens }: PlatformCollection,
  { embedders }: Servers,
  problems: Problem[],
): CollectionArgs | undefined {
  const model = embedders[name]?.model;
  if (!model) {
    problems.push({ path, message: `its embedder "${name}" is no embedding service; name one` });
    return undefined;
  }
  const endpoint = `http://${name}:${embedderPort}${engines.tei.apiPath}`;
  return {
    connection: storeConnection(engine, store, collection),
    embedder: { endpoint, apiKey: apiKeyReference(name), model, dimension: embeddingModels[model].dimension },
    chunkTokens,
  };
}

function apiKeyReference(server: string): SecretReference {
  return { name: apiKeySecretName(server), key: apiKeySecretKey };
}
