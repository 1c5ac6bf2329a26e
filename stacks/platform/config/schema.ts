import type { z } from "zod";
import { addonsSchema } from "./addons/index.ts";
import { clusterSchema, policySchema, tenantsSchema } from "./cluster-schema.ts";
import { gatewaySchema, uiSchema } from "./edge-schema.ts";
import { wholeNumber } from "./fields.ts";
import { pipelinesSchema, schedulesSchema, workersSchema } from "./jobs-schema.ts";
import { schemaVersion } from "./migrations.ts";
import { embeddingsSchema, modelsSchema } from "./models-schema.ts";
import { monitoringSchema } from "./monitoring-schema.ts";
import { promptsSchema } from "./prompts-schema.ts";
import { sandboxSchema } from "./sandbox-schema.ts";
import { vectorStoresSchema } from "./vector-stores-schema.ts";

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
  sandbox: sandboxSchema,
  vectorStores: vectorStoresSchema,
  pipelines: pipelinesSchema,
  workers: workersSchema,
  schedules: schedulesSchema,
  gateway: gatewaySchema,
  ui: uiSchema,
  prompts: promptsSchema,
} as const;

/** The keys of the sections. */
export const sectionKeys = Object.keys(sections).map((name) => `genai:${name}`);

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

/** The pool of each tenant's queue, by the tenant: that of the tenant's first workers. */
export function queuePools({ workers }: Pick<PlatformConfig, "workers">): Record<string, string> {
  return Object.fromEntries(
    Object.values(workers)
      .toReversed()
      .map(({ tenant, pool }) => [tenant, pool]),
  );
}
