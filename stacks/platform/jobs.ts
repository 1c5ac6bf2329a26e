import type { PlatformCollection, PlatformJobs, PlatformTask } from "@genai/services";
import type * as pulumi from "@pulumi/pulumi";
import { type PlatformConfig, queuePools } from "./config/index.ts";

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
    return [name, { ...worker, task: taskOf({ model, collection, image }, config) }] as const;
  });
  const pipelines = Object.entries(config.pipelines).map(([name, { collection, chunkTokens, ...pipeline }]) => {
    const schedules = Object.entries(config.schedules).filter(([, { run }]) => run === name);
    const { tenant, ...found } = collectionOf(collection, config);
    const own = { ...pipeline, tenant, collection: { ...found, chunkTokens } };
    return [name, { ...own, schedules: Object.fromEntries(schedules) }] as const;
  });
  return {
    queues: Object.fromEntries(queues),
    workers: Object.fromEntries(workers),
    pipelines: Object.fromEntries(pipelines),
  };
}

function taskOf(
  { model, collection, image = "" }: { model?: string; collection?: string; image?: string },
  config: PlatformConfig,
): PlatformTask {
  if (model !== undefined) return { kind: "model", model };
  if (collection === undefined) return { kind: "image", image };
  const { tenant: _, ...found } = collectionOf(collection, config);
  return { kind: "embed", collection: found };
}

/** A collection by `<store>/<collection>`; the stack file's checks have found it there. */
function collectionOf(text: string, { vectorStores }: PlatformConfig): PlatformCollection & { tenant: string } {
  const [store = "", collection = ""] = text.split("/");
  const found = vectorStores[store];
  return {
    store,
    collection,
    engine: found?.engine ?? "pgvector",
    embedder: found?.collections[collection]?.embedder ?? "",
    tenant: found?.tenant ?? "",
  };
}
