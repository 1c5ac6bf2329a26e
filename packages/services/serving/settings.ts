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

/** What the context length of a server follows from. */
type Sized = Pick<
  InferenceServerArgs,
  "model" | "gpusPerReplica" | "pipelineParallel" | "contextLength" | "dtype" | "quantization" | "keyValueCacheDtype"
> & { pool: Pick<InferenceServerArgs["pool"], "gpu"> };

function splitOf({ gpusPerReplica = 1, pipelineParallel = 1 }: Sized) {
  return { tensorParallel: gpusPerReplica / pipelineParallel, pipelineParallel };
}

/** Tokens of prompt and answer together: given, or the longest that fits the model and its GPUs. */
export function contextLengthOf(args: Sized): number {
  const { model, pool, contextLength, dtype, quantization, keyValueCacheDtype } = args;
  return (
    contextLength ??
    defaultContextLength(model, pool.gpu, { ...splitOf(args), dtype, quantization, keyValueCacheDtype })
  );
}

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const { weights = {}, gpusPerReplica = 1, minReplicas = 1 } = args;
  const contextLength = contextLengthOf(args);
  const maximumOutputTokens = args.maximumOutputTokens ?? Math.min(defaultMaximumOutputTokens, contextLength);
  return {
    ...args,
    path: args.path ?? `genai:models.${name}`,
    gpusPerReplica,
    ...splitOf(args),
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
