import { downloadBytes } from "./memory.ts";
import { type ModelName, models } from "./models.ts";

/**
 * Download rate of weights in bytes per second, where nothing better is known. Source: GKE's inference reference architecture
 * measured 1200 s for the 141 GB of Llama-3.3-70B before tuning, 118 MB/s.
 */
export const defaultWeightsBandwidth = 100e6;

/** Seconds for profiling, compilation and graph capture. Source: vllm#44881, 210 s of a 277 s cold start. */
export const engineWarmUpSeconds = 210;

/** Factor between the expected time and the budget: a probe that kills a server that would have come up starts it all over. */
export const startupMargin = 2;

/** Seconds to pull the engine's image before its container starts: 10 GB at the default bandwidth, with the same margin. */
export const imagePullSeconds = 200;

/**
 * Seconds that a model server may take from the start of its container to its first answer; the startup probe allows exactly this.
 *
 * @param bandwidth Rate at which weights arrive, in bytes per second.
 */
export function startupBudgetSeconds(model: ModelName, bandwidth: number = defaultWeightsBandwidth): number {
  const download = downloadBytes(models[model]) / bandwidth;
  return Math.ceil((download + engineWarmUpSeconds) * startupMargin);
}
