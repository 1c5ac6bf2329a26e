import { downloadBytes, models, defaultWeightsBandwidth, ggufFile } from "@genai/catalog";
import { objectName } from "@genai/core";
import type { InferenceServerArgs } from "./inference-server.ts";
import type { MirroredWeights, WeightsMirrorArgs } from "./weights-mirror.ts";
import { serverWeightsPlan } from "./settings.ts";

/** What a server's mirrored weights are, if it has some. */
export function mirroredWeights(
  server: Pick<InferenceServerArgs, "model" | "engine" | "gguf" | "weights">,
): MirroredWeights | undefined {
  const { model, engine, gguf, weights = {} } = server;
  const { cacheKey, ...plan } = serverWeightsPlan(server);
  const file = engine === "llamaCpp" ? ggufFile(model, gguf) : undefined;
  if (cacheKey === undefined) return undefined;
  return {
    plan: { ...plan, cacheKey },
    bytes: file?.bytes ?? downloadBytes(models[model]),
    ...(file && plan.source.kind === "hub" && { files: [file.file] }),
    bandwidth: weights.bandwidth ?? defaultWeightsBandwidth,
    token: weights.token,
    credentials: weights.credentials,
  };
}

/** The cache of each tenant whose servers mirror their weights, by the tenant's name: one entry for each source and revision, however many servers and replicas read it. */
export function weightsMirrors(
  servers: Readonly<Record<string, InferenceServerArgs>>,
): Record<string, WeightsMirrorArgs> {
  const mirrors: Record<string, WeightsMirrorArgs> = {};
  for (const server of Object.values(servers)) {
    const own = mirroredWeights(server);
    const { tenant, namespace, pool, sharedStorageClass: storageClass } = server;
    if (!own || storageClass === undefined) continue;
    const { weights = [], ...rest } = mirrors[tenant] ?? { tenant, namespace, pool, storageClass };
    const isKnown = weights.some(({ plan }) => plan.cacheKey === own.plan.cacheKey);
    mirrors[tenant] = { ...rest, weights: isKnown ? weights : [...weights, own] };
  }
  return mirrors;
}

/** Name of a tenant's cache: Pulumi's, and that of its objects, which lie in the tenant's namespace. */
export function weightsMirrorName(tenant: string): string {
  return objectName("weights", tenant);
}
