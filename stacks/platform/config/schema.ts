import { embeddingModels, gpus, models } from "@genai/catalog";
import { z } from "zod";
import { addonsSchema } from "./addons.ts";
import { plannedSections } from "./data-schema.ts";
import {
  badValue,
  dnsName,
  listOf,
  mapOf,
  oneOf,
  positiveNumber,
  quantity,
  strictMap,
  text,
  textLike,
  wholeNumber,
  yesOrNo,
} from "./fields.ts";
import { schemaVersion } from "./migrations.ts";
import { providers } from "./providers.ts";

const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

const taint = strictMap({
  key: textLike(labelKey, "a taint key such as nvidia.com/gpu").meta({
    description: "The taint's key.",
    examples: ["nvidia.com/gpu"],
  }),
  value: text("the taint's value, or nothing at all")
    .optional()
    .meta({ description: "The taint's value.", examples: ["present"] }),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]).meta({
    description: "What the taint does to Pods that do not tolerate it.",
    examples: ["NoSchedule"],
  }),
});

/** The taint that a GPU pool has unless its `taints` say otherwise: what GKE, and the GPU operator's documentation, put on GPU nodes. */
const gpuTaint: z.output<typeof taint> = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

const pool = strictMap({
  name: dnsName("a pool name").meta({
    description: "Name of the pool: models choose it, nodes carry it as the label genai.platform/pool.",
    examples: ["a10"],
  }),
  gpu: oneOf(namesOf(gpus), "a GPU of the catalogue, which `genai gpus` lists")
    .optional()
    .meta({ description: "GPU of each node; leave it out for a pool without GPUs.", examples: ["A10"] }),
  gpusPerNode: wholeNumber(1, 16)
    .optional()
    .meta({ description: "GPUs of each node.", examples: [4] }),
  nodes: wholeNumber(1, 5000).meta({
    description: "Nodes in the pool; the embedded cluster makes as many.",
    examples: [2],
  }),
  cpu: quantity("CPUs per node", '"48"').meta({
    description: "CPUs of each node, as a Kubernetes quantity.",
    examples: ["48"],
  }),
  memory: quantity("memory per node", "192Gi").meta({
    description: "Memory of each node, as a Kubernetes quantity.",
    examples: ["192Gi"],
  }),
  spot: yesOrNo()
    .default(false)
    .meta({ description: "Whether the nodes may be taken away at short notice.", examples: [true] }),
  pricePerGpuHour: positiveNumber("US dollars", "2.95")
    .optional()
    .meta({
      description: "US dollars for one GPU and hour with its share of the node. Default: the catalogue's price.",
      examples: [2.95],
    }),
  taints: listOf(taint, "taint; leave the key out for the default").optional().meta({
    description:
      "Taints of the nodes. Default: nvidia.com/gpu=present:NoSchedule for a pool with GPUs, none for others.",
  }),
}).transform((given) => ({ ...given, taints: given.taints ?? (given.gpu ? [gpuTaint] : []) }));

/** `genai:cluster`: the kind of cluster and the node pools the platform schedules on; the sandbox also creates its simulated nodes from them. */
export const clusterSchema = strictMap({
  provider: oneOf(namesOf(providers))
    .default("generic")
    .meta({
      description: "The kind of cluster, from which the defaults of add-ons follow.",
      examples: ["k3s"],
    }),
  storageClass: dnsName("a StorageClass's name")
    .optional()
    .meta({
      description: "StorageClass of volumes. Default: the cluster's. Checked; not used by this version.",
      examples: ["gp3"],
    }),
  sharedStorageClass: dnsName("a StorageClass's name")
    .optional()
    .meta({
      description: "StorageClass of volumes that many Pods write to. Checked; not used by this version.",
      examples: ["efs"],
    }),
  pools: listOf(pool, "node pool").meta({ description: "The node pools, with and without GPUs." }),
}).meta({ description: "The cluster that the stack runs on." });

const subject = strictMap({
  kind: oneOf(["User", "Group"]).meta({
    description: "Whether the name is a person's or a group's.",
    examples: ["Group"],
  }),
  name: text("the name that the cluster's authentication gives").meta({
    description: "The name that the cluster's authentication gives.",
    examples: ["research-leads"],
  }),
});

const tenant = strictMap({
  gpus: wholeNumber(0).meta({
    description: "GPUs that the tenant's Pods may request together.",
    derived: "what its services take at their largest",
    examples: [6],
  }),
  cpu: quantity("CPUs", '"32"').meta({
    derived: "what its services take at their largest, and one more replica",
    description: "CPUs that the tenant's Pods may request together, as a Kubernetes quantity.",
    examples: ["64"],
  }),
  memory: quantity("memory", "128Gi").meta({
    derived: "what its services take at their largest, and one more replica",
    description: "Memory that the tenant's Pods may request together, as a Kubernetes quantity.",
    examples: ["256Gi"],
  }),
  pods: wholeNumber(1).meta({
    description: "Pods that the tenant may have.",
    derived: "the replicas of its services at their largest, and one more",
    examples: [40],
  }),
  owners: z.array(subject, { error: (issue) => badValue(issue.input, "a list of users and groups") }).meta({
    derived: "none but the cluster's administrators",
    description: "Who may change everything in the tenant's namespace, role bindings included.",
  }),
  developers: listOf(subject, "user or group; leave the key out for none")
    .default([])
    .meta({ description: "Who may deploy and debug in the tenant's namespace." }),
});

/** `genai:tenants`: who may use how much; each becomes the namespace `tenant-<name>`. */
export const tenantsSchema = mapOf(tenant, "tenant names to their quotas and people")
  .prefault({})
  .meta({ description: "Tenants by name: each gets the namespace tenant-<name>, a quota and its people's roles." });

const secretKey = strictMap({
  name: dnsName("a Secret's name").meta({ description: "The Secret's name.", examples: ["hugging-face"] }),
  key: text("the Secret's key").meta({ description: "The key in it.", examples: ["token"] }),
});

const weights = strictMap({
  revision: text("a git revision of the model's repository")
    .optional()
    .meta({
      description: "Git revision of the model's repository. Default: the catalogue's, or main where it has none.",
      examples: ["0e9e39f249a16976918f6564b8830bc894c89659"],
    }),
  bandwidth: wholeNumber(1)
    .optional()
    .meta({
      description: "Bytes per second at which weights arrive, from which the startup probe's budget is derived.",
      examples: [100000000],
    }),
  token: secretKey.optional().meta({
    description: "Secret of the tenant's namespace with the token for a gated model; the platform does not make it.",
  }),
});

const scaling = strictMap({
  cpuUtilization: wholeNumber(1, 100)
    .default(70)
    .meta({ description: "Percent of the requested CPU above which a replica is added.", examples: [60] }),
  scaleDownSeconds: wholeNumber(0, 3600)
    .default(300)
    .meta({ description: "Seconds of less load before a replica is removed.", examples: [600] }),
  replicasPerMinute: wholeNumber(1)
    .default(1)
    .meta({ description: "Replicas that are added, or removed, in a minute at most.", examples: [2] }),
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
  pool: text("the name of a GPU pool under genai:cluster.pools").meta({
    derived: "the only GPU pool",
    description: "The GPU pool that it runs on.",
    examples: ["a10"],
  }),
  gpusPerReplica: wholeNumber(1, 16)
    .default(1)
    .meta({ description: "GPUs of one replica, between which the weights are split.", examples: [4] }),
  pipelineParallel: wholeNumber(1, 16)
    .default(1)
    .meta({
      description: "Groups among these GPUs that hold successive layers; it divides gpusPerReplica.",
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
  systemPrompt: text("the system prompt's text")
    .optional()
    .meta({
      description: "System prompt, published as a ConfigMap for the gateway and the UI.",
      examples: ["Answer briefly."],
    }),
  scaling: scaling.prefault({}).meta({ description: "When the autoscaler adds and removes replicas." }),
  weights: weights.optional().meta({ description: "Where the weights come from, and how fast." }),
  startupSeconds: wholeNumber(1)
    .optional()
    .meta({
      description: "Seconds that a replica may take until its first answer. Default: derived; less is refused.",
      examples: [1200],
    }),
  gracePeriodSeconds: wholeNumber(1)
    .optional()
    .meta({
      description: "Seconds that a stopped replica may take to finish its answers. Default: derived; less is refused.",
      examples: [300],
    }),
  apiKeyGeneration: wholeNumber(1)
    .default(1)
    .meta({ description: "Raise it to replace the generated API key.", examples: [2] }),
});

const embedding = strictMap({
  model: oneOf(namesOf(embeddingModels), "an embedding model of the catalogue, which `genai models` lists").meta({
    description:
      "The model, by its name in the catalogue (genai models); the dimension of its vectors follows from it.",
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
        "Tokens of all texts that are embedded at once, from which memory follows. Default: 16384, or the model's longest text.",
      examples: [32768],
    }),
  weights: weights.optional().meta({ description: "Where the weights come from, and how fast." }),
  apiKeyGeneration: wholeNumber(1)
    .default(1)
    .meta({ description: "Raise it to replace the generated API key.", examples: [2] }),
});

/** `genai:embeddings`: the embedding services, by the name that clients and other objects use. */
export const embeddingsSchema = mapOf(embedding, "service names to their embedding models")
  .prefault({})
  .meta({ description: "Embedding services by name, each serving one embedding model." });

/** `genai:models`: the inference services, by the name that clients and other objects use. */
export const modelsSchema = mapOf(model, "service names to their models")
  .prefault({})
  .meta({ description: "Inference services by name, each serving one model." });

/** `genai:monitoring`: what the cluster already has for it. */
export const monitoringSchema = strictMap({
  namespace: dnsName("a namespace's name")
    .optional()
    .meta({
      description: "Namespace of a Prometheus that the cluster already has: it may scrape every server. Default: none.",
      examples: ["monitoring"],
    }),
})
  .prefault({})
  .meta({ description: "Monitoring that the cluster already has." });

/** `genai:policy`: how strictly the policy pack is applied by `genai up` and `genai preview`. */
export const policySchema = strictMap({
  level: oneOf(["mandatory", "advisory"])
    .default("mandatory")
    .meta({
      description: "Whether a violation of a policy stops the deployment or is only reported.",
      examples: ["advisory"],
    }),
})
  .prefault({})
  .meta({ description: "The policy pack." });

/** `genai:version`: which version of this schema the file is written for; an older file is read as the newer one would say it. */
export const versionSchema = wholeNumber(1, schemaVersion)
  .default(1)
  .meta({ description: "Version of the schema that the file is of.", examples: [schemaVersion] });

/** The sections of a stack file, by their key without `genai:`. */
export const sections = {
  version: versionSchema,
  cluster: clusterSchema,
  addons: addonsSchema,
  tenants: tenantsSchema,
  models: modelsSchema,
  embeddings: embeddingsSchema,
  monitoring: monitoringSchema,
  policy: policySchema,
  ...plannedSections,
} as const;

/** A checked stack file with every default filled in. */
export type PlatformConfig = { -readonly [Section in keyof typeof sections]: z.output<(typeof sections)[Section]> };
/** One pool of `genai:cluster.pools`. */
export type PoolConfig = PlatformConfig["cluster"]["pools"][number];
/** One entry of `genai:tenants`. */
export type TenantConfig = PlatformConfig["tenants"][string];
/** One entry of `genai:models`. */
export type ModelConfig = PlatformConfig["models"][string];
/** One entry of `genai:embeddings`. */
export type EmbeddingConfig = PlatformConfig["embeddings"][string];

/** The names of everything that serves, each with an API key of its own. */
export function serverNames({ models: language, embeddings }: Pick<PlatformConfig, "models" | "embeddings">): string[] {
  return [...Object.keys(language), ...Object.keys(embeddings)];
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly [Name, ...Name[]] {
  return Object.keys(table) as unknown as [Name, ...Name[]];
}
