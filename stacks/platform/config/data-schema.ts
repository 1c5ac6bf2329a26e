import { z } from "zod";
import { cronExpression, mapOf, oneOf, quantity, strictMap, text, timeZone, wholeNumber } from "./fields.ts";

/**
 * The sections of a stack file whose components are still to come. They are checked as strictly as all others, so that a stack can
 * be planned; a deployment refuses them (`notDeployed`), so that nothing is silently left out.
 */

const tenantName = text("the name of a tenant under genai:tenants").meta({
  description: "The tenant in whose namespace it runs and whose quota it uses.",
  examples: ["research"],
});
const poolName = text("the name of a pool under genai:cluster.pools").meta({
  description: "The pool that it runs on.",
  examples: ["system"],
});

const pipeline = strictMap({
  source: strictMap({
    kind: oneOf(["s3", "git", "web", "volume"]).meta({ description: "Where documents are.", examples: ["s3"] }),
    location: text("a bucket, repository, address or volume").meta({
      description: "The bucket and prefix, repository, address or claim.",
      examples: ["s3://handbook/"],
    }),
  }).meta({ description: "What it reads." }),
  collection: text("<vector store>/<collection>").meta({
    description: "The collection that it fills; embedder, dimension and tenant follow from it.",
    examples: ["main/handbook"],
  }),
  pool: poolName,
  chunkTokens: wholeNumber(16)
    .default(256)
    .meta({ description: "Tokens of each piece of a document that becomes one vector.", examples: [512] }),
  memory: quantity("memory", "2Gi")
    .default("2Gi")
    .meta({
      description: "Memory of its Job, as a Kubernetes quantity.",
      examples: ["4Gi"],
    }),
});

/** `genai:pipelines`: what fills collections. */
export const pipelinesSchema = mapOf(pipeline, "names to embedding pipelines")
  .prefault({})
  .meta({ description: "Embedding pipelines by name. Checked; not deployed by this version." });

/** Memory that a worker requests where nothing is said. */
export const workerMemory = "2Gi";

const workerPool = strictMap({
  tenant: tenantName,
  pool: poolName,
  minReplicas: wholeNumber(0)
    .default(0)
    .meta({ description: "Workers that always run.", examples: [1] }),
  maxReplicas: wholeNumber(1).meta({ description: "Workers at most.", examples: [8] }),
  gpusPerReplica: wholeNumber(0, 16)
    .default(0)
    .meta({ description: "GPUs of one worker.", examples: [1] }),
  memory: quantity("memory", "2Gi")
    .default(workerMemory)
    .meta({
      description: "Memory of one worker, as a Kubernetes quantity.",
      examples: ["4Gi"],
    }),
  backlogPerReplica: wholeNumber(1)
    .default(100)
    .meta({ description: "Waiting messages for which one more worker is started.", examples: [50] }),
});

/** `genai:workers`: pools of workers that take messages from a queue. */
export const workersSchema = mapOf(workerPool, "names to worker pools")
  .prefault({})
  .meta({ description: "Worker pools by name. Checked; not deployed by this version." });

const schedule = strictMap({
  cron: cronExpression().meta({ description: "When it runs: five fields, or a macro.", examples: ["0 3 * * *"] }),
  timeZone: timeZone()
    .default("Etc/UTC")
    .meta({
      description: "Time zone of the fields, by its name in the IANA database.",
      examples: ["Europe/Paris"],
    }),
  run: text("the name of a pipeline under genai:pipelines").meta({
    description: "The pipeline that it starts.",
    examples: ["handbook"],
  }),
  concurrency: oneOf(["Forbid", "Replace"])
    .default("Forbid")
    .meta({ description: "What happens when the run before still goes on.", examples: ["Replace"] }),
  deadlineSeconds: wholeNumber(10)
    .default(3600)
    .meta({ description: "Seconds that a run may take.", examples: [7200] }),
});

/** `genai:schedules`: when pipelines run. */
export const schedulesSchema = mapOf(schedule, "names to schedules")
  .prefault({})
  .meta({ description: "Schedules by name. Checked; not deployed by this version." });

/** The sections that a deployment refuses for now. */
export const plannedSections = {
  pipelines: pipelinesSchema,
  workers: workersSchema,
  schedules: schedulesSchema,
} as const satisfies Record<string, z.ZodType>;
