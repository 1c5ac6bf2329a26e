import { encoderModels, models } from "@genai/catalog";
import {
  dnsName,
  hostName,
  mapOf,
  namesOf,
  oneOf,
  positiveNumber,
  strictMap,
  text,
  wholeNumber,
  yesOrNo,
} from "./fields.ts";
import { adaptersSchema, downloadSchema, weightsSchema } from "./weights-schema.ts";

const scaling = strictMap({
  requestsWaiting: wholeNumber(1)
    .optional()
    .meta({
      description:
        "Waiting requests per replica above which one is added; needs genai:addons.prometheusAdapter, which takes the place of CPU. Default: 5.",
      examples: [8],
    }),
  cpuUtilization: wholeNumber(1, 100)
    .default(70)
    .meta({
      description: "Percent of the requested CPU above which a replica is added, without prometheusAdapter.",
      examples: [60],
    }),
  scaleDownSeconds: wholeNumber(0, 3600)
    .default(300)
    .meta({ description: "Seconds of less load before a replica is removed.", examples: [600] }),
  replicasPerMinute: wholeNumber(1, 1_000)
    .default(1)
    .meta({ description: "Replicas that are added, or removed, in a minute at most.", examples: [2] }),
});

const inferencePool = strictMap({
  gateway: dnsName("a Gateway's name").meta({
    description: "Name of a Gateway that the cluster has, and whose implementation knows InferencePools.",
    examples: ["inference"],
  }),
  gatewayNamespace: dnsName("a namespace's name").meta({
    description: "Namespace of that Gateway.",
    examples: ["gateways"],
  }),
  proxyNamespace: dnsName("a namespace's name")
    .optional()
    .meta({
      description: "Namespace of its proxies: they alone may connect. Default: gatewayNamespace.",
      examples: ["envoy-gateway-system"],
    }),
  host: hostName().meta({
    description: "Host name of this model at the Gateway; no two models share one.",
    examples: ["chat.example.com"],
  }),
  pool: text("the name of a pool under genai:cluster.pools").meta({
    derived: "the only pool without GPUs",
    description: "The pool that the endpoint picker runs on.",
    examples: ["system"],
  }),
  whenPickerFails: oneOf(["open", "close"])
    .default("open")
    .meta({
      description:
        "What becomes of requests while the picker does not answer: open sends them to any replica, close refuses them.",
      examples: ["close"],
    }),
}).meta({
  description:
    "Puts the model behind a Gateway of the cluster by the inference extension, which picks a replica for each request. Default: not.",
});

const model = strictMap({
  model: oneOf(namesOf(models), "a model of the catalogue, which `genai models` lists").meta({
    description: "The model, by its name in the catalogue (genai models).",
    examples: ["Qwen/Qwen3-8B"],
  }),
  tenant: text("the name of a tenant under genai:tenants").meta({
    derived: "the only tenant",
    description: "The tenant in whose namespace it runs and whose quota it uses.",
    examples: ["research"],
  }),
  pool: text("the name of a pool under genai:cluster.pools").meta({
    derived: "the only GPU pool, or for llamaCpp the only pool without GPUs",
    description: "The pool that it runs on: one with GPUs, or for llamaCpp one without.",
    examples: ["a10"],
  }),
  engine: oneOf(["vllm", "sglang", "llamaCpp"])
    .default("vllm")
    .meta({ description: "The engine: vllm and sglang on GPUs, llamaCpp on CPUs.", examples: ["llamaCpp"] }),
  gguf: oneOf(["q8_0", "q4_k_m"])
    .optional()
    .meta({
      description: "Format of the file for llamaCpp. Default: the smallest that the model's makers publish.",
      examples: ["q4_k_m"],
    }),
  gpusPerReplica: wholeNumber(1, 64)
    .default(1)
    .meta({
      description:
        "GPUs of one replica, between which the weights are split. More than a node has need genai:cluster.leaderWorkerSet.",
      examples: [4],
    }),
  pipelineParallel: wholeNumber(1, 64)
    .optional()
    .meta({
      description:
        "Groups among these GPUs that hold successive layers; it divides gpusPerReplica. Default: the nodes that a replica takes.",
      examples: [2],
    }),
  minReplicas: wholeNumber(1)
    .default(1)
    .meta({ description: "Replicas that always run.", examples: [2] }),
  maxReplicas: wholeNumber(1)
    .optional()
    .meta({ description: "Replicas that the autoscaler may add up to. Default: minReplicas.", examples: [6] }),
  contextLength: wholeNumber(256)
    .optional()
    .meta({
      description:
        "Tokens of prompt and answer together that one request may have. Default: the model's own limit, or the longest that fits its GPUs.",
      examples: [16384],
    }),
  maximumOutputTokens: wholeNumber(1)
    .optional()
    .meta({
      description: "Tokens of the longest answer, from which the time for draining is derived.",
      examples: [4096],
    }),
  dtype: oneOf(["bfloat16", "float16"])
    .optional()
    .meta({
      description: "Data type to run in. Default: the model's own, or float16 on a GPU without bfloat16.",
      examples: ["float16"],
    }),
  quantization: oneOf(["fp8"])
    .optional()
    .meta({
      description: "Quantise while loading. Default: as the weights are published.",
      examples: ["fp8"],
    }),
  keyValueCacheDtype: oneOf(["fp8"])
    .optional()
    .meta({
      description: "fp8 halves the key-value cache, on GPUs from compute capability 8.9 on. Default: 16 bits.",
      examples: ["fp8"],
    }),
  prefixCaching: yesOrNo()
    .default(true)
    .meta({ description: "Reuse the cache of prompts that begin alike.", examples: [false] }),
  keyValueOffload: wholeNumber(1, 4096)
    .optional()
    .meta({
      description:
        "GiB of the node's memory in which each replica keeps cache that its GPUs have no room for. Default: none.",
      examples: [64],
    }),
  systemPrompt: text("the system prompt's text")
    .optional()
    .meta({
      description: "System prompt, published as a ConfigMap for the gateway and the UI.",
      examples: ["Answer briefly."],
    }),
  timeToFirstTokenSeconds: positiveNumber("seconds", 600, "2")
    .default(2)
    .meta({
      description: "Seconds in which 95 of 100 requests get their first token; an alert says when they do not.",
      examples: [5],
    }),
  scaling: scaling.prefault({}).meta({ description: "When the autoscaler adds and removes replicas." }),
  inferencePool: inferencePool.optional(),
  adapters: adaptersSchema.optional(),
  weights: weightsSchema.optional().meta({ description: "Where the weights come from, and how fast." }),
  startupSeconds: wholeNumber(1, 2_592_000)
    .optional()
    .meta({
      description: "Seconds that a replica may take until its first answer. Default: derived; less is refused.",
      examples: [1200],
    }),
  gracePeriodSeconds: wholeNumber(1, 86_400)
    .optional()
    .meta({
      description: "Seconds that a stopped replica may take to finish its answers. Default: derived; less is refused.",
      examples: [300],
    }),
  apiKeyGeneration: wholeNumber(1)
    .default(1)
    .meta({
      description: "Raise it to restart the Pods; with a new API key they restart by themselves.",
      examples: [2],
    }),
});

const embedding = strictMap({
  model: oneOf(
    namesOf(encoderModels),
    "an embedding or reranking model of the catalogue, which `genai models` lists",
  ).meta({
    description:
      "The model, by its name in the catalogue (genai models); whether it embeds or reranks, and the dimension of its vectors, follow from it.",
    examples: ["BAAI/bge-m3"],
  }),
  tenant: text("the name of a tenant under genai:tenants").meta({
    derived: "the only tenant",
    description: "The tenant in whose namespace it runs and whose quota it uses.",
    examples: ["research"],
  }),
  pool: text("the name of a pool under genai:cluster.pools").meta({
    derived: "the only pool without GPUs",
    description: "The pool that it runs on: one GPU for each replica where it has some, else CPUs.",
    examples: ["system"],
  }),
  replicas: wholeNumber(1)
    .default(1)
    .meta({ description: "Replicas that run.", examples: [2] }),
  maximumBatchTokens: wholeNumber(1)
    .optional()
    .meta({
      description:
        "Tokens of all texts that are worked on at once, from which memory follows. Default: 16384, or the model's longest text.",
      examples: [32768],
    }),
  weights: downloadSchema.optional().meta({ description: "Where the weights come from, and how fast." }),
  apiKeyGeneration: wholeNumber(1)
    .default(1)
    .meta({
      description: "Raise it to restart the Pods; with a new API key they restart by themselves.",
      examples: [2],
    }),
});

/** `genai:embeddings`: the embedding and reranking services, by the name that clients and other objects use. */
export const embeddingsSchema = mapOf(embedding, "service names to their embedding or reranking models")
  .prefault({})
  .meta({ description: "Embedding and reranking services by name, each serving one such model." });

/** `genai:models`: the inference services, by the name that clients and other objects use. */
export const modelsSchema = mapOf(model, "service names to their models")
  .prefault({})
  .meta({ description: "Inference services by name, each serving one model." });
