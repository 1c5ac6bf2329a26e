import type { Model } from "./models.ts";

/**
 * Whether that many GPUs can share the heads: query heads evenly, key-value heads evenly or each copied to the same number of GPUs.
 * The rule is vLLM's (its assertions on `total_num_heads` and `total_num_kv_heads`). A latent cache is copied to every GPU.
 */
export function canSplit(model: Pick<Model, "attentionHeads" | "keyValueHeads" | "latent">, gpuCount: number): boolean {
  const { attentionHeads, keyValueHeads, latent } = model;
  if (!Number.isInteger(gpuCount) || gpuCount < 1 || attentionHeads % gpuCount !== 0) return false;
  if (latent) return true;
  return keyValueHeads >= gpuCount ? keyValueHeads % gpuCount === 0 : gpuCount % keyValueHeads === 0;
}

/** Whether the layers fill that many stages of a pipeline: each needs at least one (vLLM's `get_pp_indices`). */
export function canStage({ layers }: Pick<Model, "layers">, stages: number): boolean {
  return Number.isInteger(stages) && stages >= 1 && stages <= layers;
}
