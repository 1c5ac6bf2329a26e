import type { Architecture } from "./architecture.ts";

/** One architecture's numbers, in the order of the table's head. */
type Dimensions = readonly [
  layers: number,
  attentionHeads: number,
  keyValueHeads: number,
  headDimension: number,
  hiddenSize: number,
  intermediateSize: number,
  vocabularySize: number,
];

const qwen2 = { attentionBias: true };
const qwen3 = { queryKeyNorm: true };
const tied = { headStored: false };
/** Gemma 3: five layers with a window to one without, normalised before and after each half of a layer. */
const gemma3 = (layers: number, window: number) => ({
  ...tied,
  ...qwen3,
  norms: 4,
  slidingWindow: { window, layers: layers - Math.floor(layers / 6) },
});
/** gpt-oss: every second layer sees 128 tokens; biases throughout, and one attention sink for each head. */
const gptOss = (layers: number, experts: number) => ({
  attentionBias: true,
  attentionExtra: 2_880 + 64,
  slidingWindow: { window: 128, layers: layers / 2 },
  experts: { count: experts, active: 4, intermediateSize: 2_880, expertBiases: 3 * 2_880, biases: experts },
});
const deepseekV3 = {
  latent: { queryRank: 1_536, keyValueRank: 512, positionDimension: 64, keyDimension: 128, valueDimension: 128 },
  experts: {
    count: 256,
    active: 8,
    intermediateSize: 2_048,
    sharedIntermediateSize: 2_048,
    denseLayers: 3,
    biases: 256,
  },
};
/** Three gated DeltaNet layers to one of attention. State: 32 value heads of 128 × 128, and 3 steps of a convolution over 8192. */
const qwen3Next = {
  ...qwen3,
  outputGate: true,
  linear: { layers: 36, parameters: 33_718_464, stateElements: 32 * 128 * 128 + 3 * 8_192 },
  experts: { count: 512, active: 10, intermediateSize: 512, sharedIntermediateSize: 512, biases: 2_048 },
};

/** Architectures by the name of the smallest release that has them; several models share one. */
export const architectures = {
  //               layers, heads, key-value heads, head dimension, hidden size, intermediate size, vocabulary size
  "Qwen3-0.6B": shape([28, 16, 8, 128, 1_024, 3_072, 151_936], qwen3),
  "Qwen3-1.7B": shape([28, 16, 8, 128, 2_048, 6_144, 151_936], qwen3),
  "Qwen3-4B": shape([36, 32, 8, 128, 2_560, 9_728, 151_936], { ...qwen3, ...tied }),
  "Qwen3-8B": shape([36, 32, 8, 128, 4_096, 12_288, 151_936], qwen3),
  "Qwen3-14B": shape([40, 40, 8, 128, 5_120, 17_408, 151_936], qwen3),
  "Qwen3-32B": shape([64, 64, 8, 128, 5_120, 25_600, 151_936], qwen3),
  "Qwen3-30B-A3B": shape([48, 32, 4, 128, 2_048, 6_144, 151_936], {
    ...qwen3,
    experts: { count: 128, active: 8, intermediateSize: 768 },
  }),
  "Qwen3-235B-A22B": shape([94, 64, 4, 128, 4_096, 12_288, 151_936], {
    ...qwen3,
    experts: { count: 128, active: 8, intermediateSize: 1_536 },
  }),
  "Qwen3-Next-80B-A3B": shape([48, 16, 2, 256, 2_048, 5_120, 151_936], qwen3Next),
  "Qwen2.5-0.5B": shape([24, 14, 2, 64, 896, 4_864, 151_936], { ...qwen2, ...tied }),
  "Qwen2.5-1.5B": shape([28, 12, 2, 128, 1_536, 8_960, 151_936], { ...qwen2, ...tied }),
  "Qwen2.5-3B": shape([36, 16, 2, 128, 2_048, 11_008, 151_936], { ...qwen2, ...tied }),
  "Qwen2.5-7B": shape([28, 28, 4, 128, 3_584, 18_944, 152_064], qwen2),
  "Qwen2.5-14B": shape([48, 40, 8, 128, 5_120, 13_824, 152_064], qwen2),
  "Qwen2.5-32B": shape([64, 40, 8, 128, 5_120, 27_648, 152_064], qwen2),
  "Qwen2.5-72B": shape([80, 64, 8, 128, 8_192, 29_568, 152_064], qwen2),
  "Llama-3.2-1B": shape([16, 32, 8, 64, 2_048, 8_192, 128_256], tied),
  "Llama-3.2-3B": shape([28, 24, 8, 128, 3_072, 8_192, 128_256], tied),
  "Llama-3.1-8B": shape([32, 32, 8, 128, 4_096, 14_336, 128_256]),
  "Llama-3.1-70B": shape([80, 64, 8, 128, 8_192, 28_672, 128_256]),
  "Mistral-7B-v0.3": shape([32, 32, 8, 128, 4_096, 14_336, 32_768]),
  "Mistral-Small-24B": shape([40, 32, 8, 128, 5_120, 32_768, 131_072]),
  "Mixtral-8x7B": shape([32, 32, 8, 128, 4_096, 14_336, 32_000], {
    experts: { count: 8, active: 2, intermediateSize: 14_336 },
  }),
  "gemma-3-1b": shape([26, 4, 1, 256, 1_152, 6_912, 262_144], gemma3(26, 512)),
  "gemma-3-4b": shape([34, 8, 4, 256, 2_560, 10_240, 262_208], gemma3(34, 1_024)),
  "gemma-3-12b": shape([48, 16, 8, 256, 3_840, 15_360, 262_208], gemma3(48, 1_024)),
  "gemma-3-27b": shape([62, 32, 16, 128, 5_376, 21_504, 262_208], gemma3(62, 1_024)),
  "gpt-oss-20b": shape([24, 64, 8, 64, 2_880, 2_880, 201_088], gptOss(24, 32)),
  "gpt-oss-120b": shape([36, 64, 8, 64, 2_880, 2_880, 201_088], gptOss(36, 128)),
  "DeepSeek-V3": shape([61, 128, 128, 192, 7_168, 18_432, 129_280], deepseekV3),
  "phi-4": shape([40, 40, 10, 128, 5_120, 17_920, 100_352]),
  "Phi-4-mini": shape([32, 24, 8, 128, 3_072, 8_192, 200_064], tied),
  "Falcon3-7B": shape([28, 12, 4, 256, 3_072, 23_040, 131_072]),
  "Falcon3-10B": shape([40, 12, 4, 256, 3_072, 23_040, 131_072]),
  "SmolLM2-1.7B": shape([24, 32, 32, 64, 2_048, 8_192, 49_152], tied),
  "granite-3.3-8b": shape([40, 32, 8, 128, 4_096, 12_800, 49_159], tied),
  "Yi-1.5-9B": shape([48, 32, 4, 128, 4_096, 11_008, 64_000]),
  "Yi-1.5-34B": shape([60, 56, 8, 128, 7_168, 20_480, 64_000]),
} as const satisfies Record<string, Architecture>;

function shape(dimensions: Dimensions, features: Partial<Architecture> = {}): Architecture {
  const [layers, attentionHeads, keyValueHeads, headDimension, hiddenSize, intermediateSize, vocabularySize] =
    dimensions;
  return {
    layers,
    attentionHeads,
    keyValueHeads,
    headDimension,
    hiddenSize,
    intermediateSize,
    vocabularySize,
    ...features,
  };
}
