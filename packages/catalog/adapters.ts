import { type Architecture } from "./architecture.ts";

/** Room for adapters on the GPUs of a server. Each slot has the size of the largest rank, whatever the rank of what is in it. */
export interface AdapterSlots {
  /** Adapters that are there at once. */
  count: number;
  /** One of `adapterRanks`. */
  rank: number;
}

/** Ranks that slots can have. Source: `MaxLoRARanks` in vllm/config/lora.py. */
export const adapterRanks = [1, 8, 16, 32, 64, 128, 256, 320, 512] as const;

/** The highest rank that an adapter may have. */
export const largestAdapterRank = adapterRanks[adapterRanks.length - 1] ?? 0;

/** Slots for adapters of these ranks; none where there are no adapters. */
export function adapterSlots(ranks: readonly number[]): AdapterSlots | undefined {
  const largest = Math.max(...ranks);
  const rank = adapterRanks.find((each) => each >= largest) ?? largestAdapterRank;
  return ranks.length > 0 ? { count: ranks.length, rank } : undefined;
}

/** Whether an adapter's size follows from the shape: that of linear attention does not, whose matrices are not known one by one. */
export function canAdapt({ linear }: Pick<Architecture, "linear">): boolean {
  return linear === undefined;
}

/** A matrix that an adapter may change, and which of its sides the GPUs of a replica divide between them. */
interface Matrix {
  inputs: number;
  outputs: number;
  /** @default neither: every GPU has the whole */
  divided?: "inputs" | "outputs";
  /** GPUs that divide it at most. @default all */
  parts?: number;
  /** @default 1 */
  copies?: number;
}

/**
 * Elements of one adapter of rank 1 on one GPU: two vectors for each matrix that it may change, whether it does or not. Of each pair
 * one is divided between the GPUs and the other whole on all of them (vLLM's default; vllm/lora/layers). The embedding and the output
 * head are counted for every model: some architectures let adapters change them.
 *
 * Worked example: of Llama-3.1-8B each of the 32 layers has 81,920 and the rest 264,704; 16 bits and rank 16 are 92.4 MB.
 */
export function adapterElements(
  shape: Architecture,
  { tensorParallel = 1, pipelineParallel = 1 }: { tensorParallel?: number; pipelineParallel?: number } = {},
): number {
  const { layers, hiddenSize, intermediateSize, vocabularySize, experts } = shape;
  const size = (matrices: readonly Matrix[]) =>
    matrices.reduce((total, { inputs, outputs, divided, parts = tensorParallel, copies = 1 }) => {
      const share = (side: "inputs" | "outputs", length: number) =>
        divided === side ? length / Math.min(parts, tensorParallel) : length;
      return total + copies * (share("inputs", inputs) + share("outputs", outputs));
    }, 0);
  const dense = experts?.denseLayers ?? 0;
  const sparse = experts ? layers - dense : 0;
  const all =
    layers * size(attentionMatrices(shape)) +
    (layers - sparse) * size(feedForward(hiddenSize, intermediateSize)) +
    (experts
      ? sparse *
        size([
          { inputs: hiddenSize, outputs: experts.count },
          ...feedForward(hiddenSize, experts.intermediateSize, experts.count),
          ...(experts.sharedIntermediateSize ? feedForward(hiddenSize, experts.sharedIntermediateSize) : []),
        ])
      : 0);
  return (all * Math.ceil(layers / pipelineParallel)) / layers + 2 * (hiddenSize + vocabularySize);
}

/** Bytes that slots for adapters take on one GPU, in the model's 16 bits. */
export function adapterBytesPerGpu(
  shape: Architecture,
  slots: AdapterSlots | undefined,
  split: { tensorParallel?: number; pipelineParallel?: number } = {},
): number {
  return slots ? 2 * slots.count * slots.rank * adapterElements(shape, split) : 0;
}

/** Size of an adapter's file in bytes, at most: every matrix changed, in 32 bits, as PEFT writes it where it was trained so. */
export function adapterFileBytes(shape: Architecture, rank: number): number {
  return 4 * rank * adapterElements(shape);
}

function attentionMatrices(shape: Architecture): Matrix[] {
  const { attentionHeads, keyValueHeads, headDimension, hiddenSize, latent } = shape;
  if (latent) {
    const { queryRank, keyValueRank, positionDimension, keyDimension, valueDimension } = latent;
    return [
      { inputs: hiddenSize, outputs: queryRank },
      { inputs: queryRank, outputs: attentionHeads * (keyDimension + positionDimension), divided: "outputs" },
      { inputs: hiddenSize, outputs: keyValueRank + positionDimension },
      { inputs: keyValueRank, outputs: attentionHeads * (keyDimension + valueDimension), divided: "outputs" },
      { inputs: attentionHeads * valueDimension, outputs: hiddenSize, divided: "inputs" },
    ];
  }
  const queries = attentionHeads * headDimension;
  return [
    { inputs: hiddenSize, outputs: queries * (shape.outputGate ? 2 : 1), divided: "outputs" },
    // Keys and values. With more GPUs than heads the heads are replicated.
    {
      inputs: hiddenSize,
      outputs: keyValueHeads * headDimension,
      divided: "outputs",
      parts: keyValueHeads,
      copies: 2,
    },
    { inputs: queries, outputs: hiddenSize, divided: "inputs" },
  ];
}

/** Gate, up and down. */
function feedForward(hiddenSize: number, intermediateSize: number, copies = 1): Matrix[] {
  return [
    { inputs: hiddenSize, outputs: intermediateSize, divided: "outputs", copies: 2 * copies },
    { inputs: intermediateSize, outputs: hiddenSize, divided: "inputs", copies },
  ];
}
