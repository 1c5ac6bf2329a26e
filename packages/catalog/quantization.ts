import type { ParameterCount } from "./architecture.ts";

/** Data type of weights and activations, as vLLM's `--dtype` names it. */
export type Dtype = "bfloat16" | "float16";

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<Dtype, number>> = { bfloat16: 2, float16: 2 };

/** How a model's matrices are stored in fewer than 16 bits. */
export interface Quantization {
  /** Bits for one parameter of the matrices that it covers, scales included. */
  bits: number;
  /** Which parameters it covers; the others keep 16 bits. */
  covers: readonly (keyof ParameterCount)[];
  /** Lowest CUDA compute capability on which vLLM runs it. */
  minimumCapability: number;
  /** Whether vLLM can apply it while loading 16-bit weights; the others need weights that were published so. */
  online: boolean;
  source: string;
}

/** Quantisations by vLLM's names. */
export const quantizations = {
  fp8: {
    bits: 8,
    covers: ["matrices", "experts"],
    minimumCapability: 8,
    online: true,
    source: "docs.vllm.ai, features/quantization (fp8: native from 8.9, weights only below)",
  },
  awq: {
    // 4 bits, and a 16-bit scale and a 4-bit zero point for each group of 128; the formula gives Qwen3-8B-AWQ's published size.
    bits: 4 + (16 + 4) / 128,
    covers: ["matrices", "experts"],
    minimumCapability: 7.5,
    online: false,
    source: "docs.vllm.ai, features/quantization (AWQ); group size 128 of the published models' config.json",
  },
  mxfp4: {
    // 4 bits, and an 8-bit scale for each block of 32 (OCP Microscaling Formats 1.0).
    bits: 4 + 8 / 32,
    covers: ["experts"],
    minimumCapability: 8,
    online: false,
    source: "OCP Microscaling Formats 1.0; quantization_config of openai/gpt-oss-20b",
  },
} as const satisfies Record<string, Quantization>;

/** Name of a quantisation. */
export type QuantizationName = keyof typeof quantizations;

/** Bytes of a decoder's weights, by what quantisation does to them. */
export function quantizedBytes(count: ParameterCount, dtype: Dtype, quantization?: QuantizationName): ParameterCount {
  const format: Quantization | undefined = quantization && quantizations[quantization];
  const bytes = (kind: keyof ParameterCount) =>
    count[kind] * (format?.covers.includes(kind) ? format.bits / 8 : bytesPerElement[dtype]);
  return { other: bytes("other"), matrices: bytes("matrices"), experts: bytes("experts") };
}
