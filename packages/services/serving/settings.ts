import {
  defaultContextLength,
  defaultMaximumOutputTokens,
  drainBudgetSeconds,
  startupBudgetSeconds,
} from "@genai/catalog";
import { defaultScaling } from "./autoscaler.ts";
import type { InferenceServerArgs } from "./inference-server.ts";
import { weightsPlan } from "./weights-source.ts";

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const { weights = {}, gpusPerReplica = 1, pipelineParallel = 1, minReplicas = 1 } = args;
  const split = { tensorParallel: gpusPerReplica / pipelineParallel, pipelineParallel };
  const { dtype, quantization, keyValueCacheDtype } = args;
  const format = { dtype, quantization, keyValueCacheDtype };
  const contextLength = args.contextLength ?? defaultContextLength(args.model, args.pool.gpu, { ...split, ...format });
  const maximumOutputTokens = args.maximumOutputTokens ?? Math.min(defaultMaximumOutputTokens, contextLength);
  const plan = weightsPlan(args.model, weights);
  return {
    ...args,
    path: args.path ?? `genai:models.${name}`,
    gpusPerReplica,
    ...split,
    minReplicas,
    maxReplicas: args.maxReplicas ?? minReplicas,
    scaling: { ...defaultScaling, ...args.scaling },
    contextLength,
    maximumOutputTokens,
    weights,
    plan,
    startupSeconds: args.startupSeconds ?? startupBudgetSeconds(args.model, plan.bandwidth),
    gracePeriodSeconds: args.gracePeriodSeconds ?? drainBudgetSeconds(maximumOutputTokens),
    apiKeyGeneration: args.apiKeyGeneration ?? 1,
  };
}
