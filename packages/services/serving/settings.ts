import {
  defaultContextLength,
  defaultMaximumOutputTokens,
  drainBudgetSeconds,
  models,
  startupBudgetSeconds,
} from "@genai/catalog";
import { defaultScaling } from "./autoscaler.ts";
import type { InferenceServerArgs } from "./inference-server.ts";

/** What MLPerf Inference asks of Llama 2 70B in its server scenario (mlcommons/inference_policies: inference_rules). */
export const defaultTimeToFirstTokenSeconds = 2;

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const { weights = {}, gpusPerReplica = 1, pipelineParallel = 1, minReplicas = 1 } = args;
  const split = { tensorParallel: gpusPerReplica / pipelineParallel, pipelineParallel };
  const { dtype, quantization, keyValueCacheDtype } = args;
  const format = { dtype, quantization, keyValueCacheDtype };
  const contextLength = args.contextLength ?? defaultContextLength(args.model, args.pool.gpu, { ...split, ...format });
  const maximumOutputTokens = args.maximumOutputTokens ?? Math.min(defaultMaximumOutputTokens, contextLength);
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
    weights: { ...weights, revision: weights.revision ?? models[args.model].revision },
    startupSeconds: args.startupSeconds ?? startupBudgetSeconds(args.model, weights.bandwidth),
    gracePeriodSeconds: args.gracePeriodSeconds ?? drainBudgetSeconds(maximumOutputTokens),
    timeToFirstTokenSeconds: args.timeToFirstTokenSeconds ?? defaultTimeToFirstTokenSeconds,
    apiKeyGeneration: args.apiKeyGeneration ?? 1,
  };
}
