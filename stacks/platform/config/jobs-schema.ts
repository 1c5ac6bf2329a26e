import { workerResources } from "@genai/services";
import { cronExpression, mapOf, oneOf, quantity, strictMap, text, timeZone, wholeNumber } from "./fields.ts";

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
    endpoint: text("an address beginning with https://")
      .optional()
      .meta({
        description: "Address of the S3 service. Default: Amazon's in us-east-1.",
        examples: ["https://s3.eu-west-1.amazonaws.com"],
      }),
    secret: text("the name of a Secret of the tenant's namespace")
      .optional()
      .meta({
        description:
          "Secret of the tenant's namespace: keys access-key-id and secret-access-key for S3, token for a private repository.",
        examples: ["handbook-source"],
      }),
    storage: quantity("storage", "10Gi")
      .optional()
      .meta({
        description:
          "Size of the claim that location names, which the platform then makes. Default: the claim is there already.",
        examples: ["10Gi"],
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
  .meta({ description: "Embedding pipelines by name." });

const workerPool = strictMap({
  model: text("the name of a model under genai:models")
    .optional()
    .meta({ description: "The model that its workers ask: messages are chat completions.", examples: ["chat"] }),
  collection: text("<vector store>/<collection>")
    .optional()
    .meta({
      description: "The collection that its workers fill: messages are documents.",
      examples: ["main/handbook"],
    }),
  image: text("a container image")
    .optional()
    .meta({
      description: "Program of your own that takes the messages, instead of model or collection.",
      examples: ["registry.example.com/team/worker:1.4.0"],
    }),
  tenant: tenantName,
  pool: poolName,
  minReplicas: wholeNumber(0)
    .default(1)
    .meta({ description: "Workers that always run; none takes the scaler keda.", examples: [2] }),
  maxReplicas: wholeNumber(1).meta({ description: "Workers at most.", examples: [8] }),
  gpusPerReplica: wholeNumber(0, 16)
    .default(0)
    .meta({ description: "GPUs of one worker.", examples: [1] }),
  memory: quantity("memory", "2Gi")
    .default(workerResources.memory)
    .meta({
      description: "Memory of one worker, as a Kubernetes quantity.",
      examples: ["4Gi"],
    }),
  scaler: oneOf(["cpu", "adapter", "keda"])
    .default("cpu")
    .meta({
      description: "What adds workers: their CPU, the backlog through a metrics adapter, or KEDA.",
      examples: ["keda"],
    }),
  backlogPerReplica: wholeNumber(1)
    .default(100)
    .meta({ description: "Waiting messages for which one more worker is started.", examples: [50] }),
});

/** `genai:workers`: pools of workers that take messages from a queue. */
export const workersSchema = mapOf(workerPool, "names to worker pools")
  .prefault({})
  .meta({ description: "Worker pools by name." });

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
  .meta({ description: "Schedules by name." });
