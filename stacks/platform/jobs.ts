import { localQueueName, type PlatformJobs, type PlatformTask } from "@genai/services";
import type * as pulumi from "@pulumi/pulumi";
import { collectionOf, type PlatformConfig, queuePools } from "./config/index.ts";

/**
 * Queues, workers and pipelines as a stack file describes them.
 * @param passwordOf Password of a tenant's queue.
 */
export function platformJobsOf(
  config: PlatformConfig,
  passwordOf: (tenant: string) => pulumi.Input<string>,
): PlatformJobs {
  const queues = Object.entries(queuePools(config)).map(([tenant, pool]) => {
    return [tenant, { pool, password: passwordOf(tenant) }] as const;
  });
  const workers = Object.entries(config.workers).map(([name, { model, collection, image, ...worker }]) => {
    return [name, { ...worker, task: taskOf({ model, collection, image }) }] as const;
  });
  const pipelines = Object.entries(config.pipelines).map(([name, pipeline]) => {
    const schedules = Object.entries(config.schedules).filter(([, { run }]) => run === name);
    const collection = collectionOf(pipeline.collection);
    const queueName = config.scheduling.kueue.enabled ? localQueueName : undefined;
    return [name, { ...pipeline, queueName, collection, schedules: Object.fromEntries(schedules) }] as const;
  });
  return {
    queues: Object.fromEntries(queues),
    workers: Object.fromEntries(workers),
    pipelines: Object.fromEntries(pipelines),
    storageClass: config.cluster.storageClass,
  };
}

function taskOf(given: { model?: string; collection?: string; image?: string }): PlatformTask {
  const { model, collection, image = "" } = given;
  if (model !== undefined) return { kind: "model", model };
  return collection === undefined ? { kind: "image", image } : { kind: "embed", collection: collectionOf(collection) };
}
