import { gpus, models } from "@genai/catalog";
import type { z } from "zod";
import { addonsSchema } from "./addons.ts";
import { dnsName, listOf, mapOf, oneOf, quantity, strictMap, text, textLike, wholeNumber, yesOrNo } from "./fields.ts";

const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

const taint = strictMap({
  key: textLike(labelKey, "a taint key such as nvidia.com/gpu"),
  value: text("the taint's value, or nothing at all").optional(),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

/** The taint that a GPU pool has unless its `taints` say otherwise: what GKE, and the GPU operator's documentation, put on GPU nodes. */
const gpuTaint: z.output<typeof taint> = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

const pool = strictMap({
  name: dnsName("a pool name"),
  gpu: oneOf(namesOf(gpus)).optional(),
  gpusPerNode: wholeNumber(1, 16).optional(),
  nodes: wholeNumber(1, 5000),
  cpu: quantity("CPUs per node", '"48"'),
  memory: quantity("memory per node", "192Gi"),
  spot: yesOrNo().default(false),
  taints: listOf(taint, "taint; leave the key out for the default").optional(),
}).transform((given) => ({ ...given, taints: given.taints ?? (given.gpu ? [gpuTaint] : []) }));

/** `genai:cluster`: the node pools the platform schedules on; the sandbox also creates its simulated nodes from them. */
export const clusterSchema = strictMap({ pools: listOf(pool, "node pool") });

const subject = strictMap({
  kind: oneOf(["User", "Group"]),
  name: text("the name that the cluster's authentication gives"),
});

const tenant = strictMap({
  gpus: wholeNumber(0),
  cpu: quantity("CPUs", '"32"'),
  memory: quantity("memory", "128Gi"),
  pods: wholeNumber(1),
  owners: listOf(subject, "user or group"),
  developers: listOf(subject, "user or group; leave the key out for none").default([]),
});

/** `genai:tenants`: who may use how much; each becomes the namespace `tenant-<name>`. */
export const tenantsSchema = mapOf(tenant, "tenant names to their quotas and people").prefault({});

const model = strictMap({
  model: oneOf(namesOf(models)),
  tenant: text("the name of a tenant under genai:tenants"),
  pool: text("the name of a GPU pool under genai:cluster.pools"),
  gpusPerReplica: wholeNumber(1, 16).default(1),
  minReplicas: wholeNumber(1).default(1),
  maxReplicas: wholeNumber(1).optional(),
  contextLength: wholeNumber(256).optional(),
  maximumOutputTokens: wholeNumber(1).optional(),
  dtype: oneOf(["bfloat16", "float16"]).optional(),
  systemPrompt: text("the system prompt's text").optional(),
  weightsBandwidth: wholeNumber(1).optional(),
  huggingFaceToken: strictMap({ name: dnsName("a Secret's name"), key: text("the Secret's key") }).optional(),
  apiKeyGeneration: wholeNumber(1).default(1),
});

/** `genai:models`: the inference services, by the name that clients and other objects use. */
export const modelsSchema = mapOf(model, "service names to their models").prefault({});

/** The sections of a stack file, by their key without `genai:`. */
export const sections = {
  cluster: clusterSchema,
  addons: addonsSchema,
  tenants: tenantsSchema,
  models: modelsSchema,
} as const;

/** A checked stack file with every default filled in. */
export type PlatformConfig = { -readonly [Section in keyof typeof sections]: z.output<(typeof sections)[Section]> };
/** One pool of `genai:cluster.pools`. */
export type PoolConfig = PlatformConfig["cluster"]["pools"][number];
/** One entry of `genai:tenants`. */
export type TenantConfig = PlatformConfig["tenants"][string];
/** One entry of `genai:models`. */
export type ModelConfig = PlatformConfig["models"][string];

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly [Name, ...Name[]] {
  return Object.keys(table) as unknown as [Name, ...Name[]];
}
