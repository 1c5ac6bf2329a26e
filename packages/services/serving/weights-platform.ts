import { downloadBytes, models, defaultWeightsBandwidth, ggufFile } from "@genai/catalog";
import { objectName } from "@genai/core";
import { type AdaptedServer, adapterPlans } from "./adapters.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import type { MirroredWeights, WeightsMirrorArgs } from "./weights-mirror.ts";
import { serverWeightsPlan } from "./settings.ts";

/** What of a server is mirrored: its weights, its adapters, or nothing. */
export function mirroredWeights(server: AdaptedServer & Pick<InferenceServerArgs, "gguf">): MirroredWeights[] {
  const { model, engine, gguf, weights = {} } = server;
  const plan = serverWeightsPlan(server);
  const file = engine === "llamaCpp" ? ggufFile(model, gguf) : undefined;
  const own = {
    plan,
    bytes: file?.bytes ?? downloadBytes(models[model]),
    files: file && plan.source.kind === "hub" ? [file.file] : undefined,
  };
  const adapters = adapterPlans(server).map((each) => ({ ...each, files: undefined }));
  const { bandwidth = defaultWeightsBandwidth, token, credentials } = weights;
  const byKey = new Map<string, MirroredWeights>();
  for (const { plan: each, bytes, files } of [own, ...adapters]) {
    const { cacheKey } = each;
    if (cacheKey === undefined) continue;
    byKey.set(cacheKey, { plan: { ...each, cacheKey }, bytes, files, bandwidth, token, credentials });
  }
  return [...byKey.values()];
}

/** The cache of each tenant whose servers mirror their weights, by the tenant's name: one entry for each source and revision, however many servers and replicas read it. */
export function weightsMirrors(
  servers: Readonly<Record<string, InferenceServerArgs>>,
): Record<string, WeightsMirrorArgs> {
  const mirrors: Record<string, WeightsMirrorArgs> = {};
  for (const server of Object.values(servers)) {
    const own = mirroredWeights(server);
    const { tenant, namespace, pool, sharedStorageClass: storageClass } = server;
    if (own.length === 0 || storageClass === undefined) continue;
    const { weights = [], ...rest } = mirrors[tenant] ?? { tenant, namespace, pool, storageClass };
    const known = new Set(weights.map(({ plan }) => plan.cacheKey));
    mirrors[tenant] = { ...rest, weights: [...weights, ...own.filter(({ plan }) => !known.has(plan.cacheKey))] };
  }
  return mirrors;
}

/** Name of a tenant's cache: Pulumi's, and that of its objects, which lie in the tenant's namespace. */
export function weightsMirrorName(tenant: string): string {
  return objectName("weights", tenant);
}
