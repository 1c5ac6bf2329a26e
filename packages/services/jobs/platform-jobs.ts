import { fingerprint, type Problem, type ScrapeTarget } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { poolAndTenant } from "../place.ts";
import type { GenAIPlatformArgs } from "../platform.ts";
import type { NodePool } from "../serving/pool.ts";
import type { CollectionArgs } from "./collection.ts";
import { EmbeddingPipeline, type EmbeddingPipelineArgs, embeddingPipelineProblems } from "./embedding-pipeline.ts";
import {
  collectionWiring,
  type JobServices,
  type NamedCollection,
  type PlatformTask,
  taskWiring,
  type Wiring,
} from "./wiring.ts";
import type { JobPlace } from "./job-objects.ts";
import { WorkQueue, type WorkQueueArgs } from "./work-queue.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { WorkerPoolArgs, WorkerTask } from "./worker-args.ts";
import { workerPoolProblems } from "./worker-problems.ts";

/** What of a queue, a pool of workers or a pipeline the platform works out by itself. */
type WorkedOut = "path" | "namespace" | "storageClass" | "scraper" | "runtimeClassName" | "pool" | "queueFingerprint";

/** A pool of workers whose pool of nodes and task are given by name. */
export interface PlatformWorker extends Omit<WorkerPoolArgs, WorkedOut | "task"> {
  pool: string;
  task: PlatformTask;
}

/** A pipeline whose pool and collection are given by name; it belongs to the tenant of the collection. */
export interface PlatformPipeline extends Omit<EmbeddingPipelineArgs, WorkedOut | "tenant" | "collection"> {
  pool: string;
  collection: NamedCollection;
  /** Tokens of each chunk at most. @default 256 */
  chunkTokens?: number;
}

/** Queues, workers and pipelines as the stack file describes them. */
export interface PlatformJobs {
  /** Pools of workers by name. */
  workers: Readonly<Record<string, PlatformWorker>>;
  /** Pipelines by name. */
  pipelines: Readonly<Record<string, PlatformPipeline>>;
  /** Pool and password of each tenant's queue, for tenants with workers, by tenant. */
  queues: Readonly<Record<string, { pool: string; password: pulumi.Input<string> }>>;
  /** StorageClass of their volumes. @default the cluster's */
  storageClass?: string;
}

/** The arguments of each queue, pool of workers and pipeline, and what is wrong with them. */
export interface JobArguments {
  queues: Record<string, WorkQueueArgs>;
  workers: Record<string, { args: Omit<WorkerPoolArgs, "task">; task: Wiring<WorkerTask> }>;
  pipelines: Record<
    string,
    { args: Omit<EmbeddingPipelineArgs, "collection">; collection: Wiring<CollectionArgs>; chunkTokens?: number }
  >;
  problems: Problem[];
}

/** Puts queues, workers and pipelines in their places, and looks for the services that they name. */
export function platformJobs(platform: GenAIPlatformArgs): JobArguments {
  const { workers = {}, pipelines = {}, queues = {} } = platform.jobs ?? {};
  const all: JobArguments = { queues: {}, workers: {}, pipelines: {}, problems: [] };
  const { problems } = all;
  for (const [tenant, { pool, password }] of Object.entries(queues)) {
    const place = placeOf("genai:workers", { tenant, pool }, platform, problems);
    const keda = Object.values(workers).some((worker) => worker.tenant === tenant && worker.scaler === "keda");
    if (place) all.queues[tenant] = { ...place, password, keda };
  }
  for (const [name, { task, ...worker }] of Object.entries(workers)) {
    const path = `genai:workers.${name}`;
    const place = placeOf(path, worker, platform, problems);
    const wiring = taskWiring(path, task, platform, problems);
    if (!place || !wiring) continue;
    const queueFingerprint = fingerprint(queues[worker.tenant]?.password ?? "");
    const args = { ...worker, ...place, runtimeClassName: platform.runtimeClassName, queueFingerprint };
    all.workers[name] = { args, task: wiring };
    problems.push(...workerPoolProblems(name, { ...args, task }));
  }
  for (const [name, { collection, chunkTokens, ...pipeline }] of Object.entries(pipelines)) {
    const path = `genai:pipelines.${name}`;
    const wiring = collectionWiring(`${path}.collection`, collection, platform, problems);
    const place = wiring && placeOf(path, { ...pipeline, tenant: wiring.tenant }, platform, problems);
    if (!wiring || !place) continue;
    const args = { ...pipeline, ...place };
    all.pipelines[name] = { args, collection: wiring, chunkTokens };
    problems.push(...embeddingPipelineProblems(name, args));
  }
  return all;
}

/**
 * Deploys what `platformJobs` put together, after the queues and stores that it uses.
 * @returns Where its metrics are.
 */
export function deployJobs(
  jobs: JobArguments,
  services: JobServices,
  options: pulumi.ComponentResourceOptions,
): ScrapeTarget[] {
  const after = (dependsOn: pulumi.Resource[]) => pulumi.mergeOptions(options, { dependsOn });
  const queues = Object.entries(jobs.queues).map(([tenant, queue]) => {
    return [tenant, new WorkQueue(`queue-${tenant}`, queue, options)] as const;
  });
  const pools = Object.entries(jobs.workers).map(([name, { args, task }]) => {
    const { found, services: before } = task.find(services);
    const own = queues.filter(([tenant]) => tenant === args.tenant).map(([, queue]) => queue);
    return new WorkerPool(name, { ...args, task: found }, after([...before, ...own]));
  });
  for (const [name, { args, collection, chunkTokens }] of Object.entries(jobs.pipelines)) {
    const { found, services: before } = collection.find(services);
    new EmbeddingPipeline(name, { ...args, collection: { ...found, chunkTokens } }, after(before));
  }
  return pools.flatMap(({ scrapeTargets }) => scrapeTargets);
}

function placeOf(
  path: string,
  named: { tenant: string; pool: string },
  platform: GenAIPlatformArgs,
  problems: Problem[],
): (JobPlace & { pool: NodePool }) | undefined {
  const found = poolAndTenant(path, named, platform, problems);
  if (!found) return undefined;
  const { pool, tenant } = found;
  const { scraper, jobs } = platform;
  return { path, tenant: named.tenant, namespace: tenant.namespace, pool, storageClass: jobs?.storageClass, scraper };
}
