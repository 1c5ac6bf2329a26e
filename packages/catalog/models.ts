import { type Architecture, countActiveParameters, countParameters, type ParameterCount } from "./architecture.ts";
import { architectures } from "./architectures.ts";
import type { Dtype, QuantizationName } from "./quantization.ts";

/** What a licence and a download need to know of any model. */
export interface Publication {
  /** Git revision of the repository that the figures are of; undefined where none was verified: `main` is then served. */
  revision?: string;
  /** SPDX id, or the name of the vendor's licence. */
  licence: string;
  /** Whether downloading needs an account that accepted the licence, hence a Hugging Face token. */
  gated: boolean;
  /** Where the figures are published. */
  source: string;
}

/** A decoder-only language model: what memory, time and licence follow from. */
export interface Model extends Architecture, Publication {
  /** What it is published for; `vision` also reads images. */
  task: "chat" | "reasoning" | "code" | "vision";
  /** Number of parameters in the published weights: decoder, image encoder and draft layers. */
  parameters: number;
  /** The decoder's parameters by what quantisation does to them. */
  parameterCount: ParameterCount;
  /** Number of the decoder's parameters that one token uses; less than all for a mixture of experts. */
  activeParameters: number;
  /** Parameters of the image encoder, which is never quantised. @default 0 */
  visionParameters?: number;
  /** Parameters of layers that predict further tokens; downloaded, but only loaded for speculative decoding. @default 0 */
  draftParameters?: number;
  /** Longest context without extension (`max_position_embeddings`), in tokens. */
  contextLength: number;
  /** Data type of the published weights (`torch_dtype`). */
  dtype: Dtype;
  /** How the published weights are quantised. @default not at all */
  quantization?: QuantizationName;
}

type Facts = Pick<Model, "task" | "contextLength" | "licence" | "gated"> & {
  shape: keyof typeof architectures;
  /** What differs from the architecture's first release. */
  changes?: Partial<Architecture>;
} & Partial<Pick<Model, "revision" | "visionParameters" | "draftParameters" | "quantization" | "dtype">>;

const chat = { task: "chat", licence: "Apache-2.0", gated: false } as const;
const reasoning = { ...chat, task: "reasoning" } as const;
const code = { ...chat, task: "code" } as const;
const vision = { ...chat, task: "vision" } as const;
const distilled = { ...reasoning, licence: "MIT", contextLength: 131_072 } as const;
const llama = (version: string) =>
  ({ ...chat, gated: true, licence: `Llama ${version} Community License`, contextLength: 131_072 }) as const;
const gemma = { gated: true, licence: "Gemma Terms of Use" } as const;
const deepseek = { licence: "MIT", gated: false, quantization: "fp8", contextLength: 163_840 } as const;
// One further layer, its embedding, head and projection, as published beside the 671 B of the decoder.
const deepseekDraft = 13_463_000_000;
const k32 = { contextLength: 32_768 };
const k40 = { contextLength: 40_960 };
const k128 = { contextLength: 131_072 };
const k256 = { contextLength: 262_144 };

const facts = {
  "Qwen/Qwen3-0.6B": { ...chat, ...k40, shape: "Qwen3-0.6B" },
  "Qwen/Qwen3-1.7B": { ...chat, ...k40, shape: "Qwen3-1.7B" },
  "Qwen/Qwen3-4B": { ...chat, ...k40, shape: "Qwen3-4B" },
  "Qwen/Qwen3-8B": { ...chat, ...k40, shape: "Qwen3-8B" },
  "Qwen/Qwen3-8B-AWQ": { ...chat, ...k40, shape: "Qwen3-8B", quantization: "awq", dtype: "float16" },
  "Qwen/Qwen3-14B": { ...chat, ...k40, shape: "Qwen3-14B" },
  "Qwen/Qwen3-32B": { ...chat, ...k40, shape: "Qwen3-32B" },
  "Qwen/Qwen3-30B-A3B": { ...chat, ...k40, shape: "Qwen3-30B-A3B" },
  "Qwen/Qwen3-235B-A22B": { ...chat, ...k40, shape: "Qwen3-235B-A22B" },
  "Qwen/Qwen3-4B-Instruct-2507": { ...chat, ...k256, shape: "Qwen3-4B" },
  "Qwen/Qwen3-4B-Thinking-2507": { ...reasoning, ...k256, shape: "Qwen3-4B" },
  "Qwen/Qwen3-30B-A3B-Instruct-2507": { ...chat, ...k256, shape: "Qwen3-30B-A3B" },
  "Qwen/Qwen3-30B-A3B-Thinking-2507": { ...reasoning, ...k256, shape: "Qwen3-30B-A3B" },
  "Qwen/Qwen3-Coder-30B-A3B-Instruct": { ...code, ...k256, shape: "Qwen3-30B-A3B" },
  "Qwen/Qwen3-235B-A22B-Instruct-2507": { ...chat, ...k256, shape: "Qwen3-235B-A22B" },
  "Qwen/Qwen3-Next-80B-A3B-Instruct": {
    ...chat,
    ...k256,
    shape: "Qwen3-Next-80B-A3B",
    draftParameters: 1_650_471_424,
  },
  "Qwen/QwQ-32B": { ...reasoning, ...k40, shape: "Qwen2.5-32B" },
  "Qwen/Qwen2.5-0.5B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-0.5B" },
  "Qwen/Qwen2.5-1.5B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-1.5B" },
  "Qwen/Qwen2.5-3B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-3B", licence: "Qwen Research License" },
  "Qwen/Qwen2.5-7B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-7B" },
  "Qwen/Qwen2.5-14B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-14B" },
  "Qwen/Qwen2.5-32B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-32B" },
  "Qwen/Qwen2.5-72B-Instruct": { ...chat, ...k32, shape: "Qwen2.5-72B", licence: "Qwen License" },
  "Qwen/Qwen2.5-Coder-1.5B-Instruct": { ...code, ...k32, shape: "Qwen2.5-1.5B" },
  "Qwen/Qwen2.5-Coder-7B-Instruct": {
    ...code,
    ...k32,
    shape: "Qwen2.5-7B",
    revision: "c03e6d358207e414f1eca0bb1891e29f1db0e242",
  },
  "Qwen/Qwen2.5-Coder-14B-Instruct": { ...code, ...k32, shape: "Qwen2.5-14B" },
  "Qwen/Qwen2.5-Coder-32B-Instruct": {
    ...code,
    ...k32,
    shape: "Qwen2.5-32B",
    revision: "381fc969f78efac66bc87ff7ddeadb7e73c218a7",
  },
  "Qwen/Qwen2.5-VL-3B-Instruct": {
    ...vision,
    shape: "Qwen2.5-3B",
    contextLength: 128_000,
    visionParameters: 668_684_288,
    licence: "Qwen Research License",
  },
  "Qwen/Qwen2.5-VL-7B-Instruct": {
    ...vision,
    shape: "Qwen2.5-7B",
    contextLength: 128_000,
    visionParameters: 676_550_144,
  },
  "Qwen/Qwen2.5-VL-72B-Instruct": {
    ...vision,
    shape: "Qwen2.5-72B",
    contextLength: 128_000,
    visionParameters: 704_573_696,
    licence: "Qwen License",
  },
  "deepseek-ai/DeepSeek-R1-0528": {
    ...reasoning,
    ...deepseek,
    shape: "DeepSeek-V3",
    draftParameters: deepseekDraft,
  },
  "deepseek-ai/DeepSeek-V3-0324": { ...chat, ...deepseek, shape: "DeepSeek-V3", draftParameters: deepseekDraft },
  "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B": { ...distilled, shape: "Qwen3-8B" },
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": {
    ...distilled,
    shape: "Qwen2.5-1.5B",
    changes: { headStored: true },
  },
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B": { ...distilled, shape: "Qwen2.5-7B" },
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B": {
    ...distilled,
    shape: "Qwen2.5-14B",
    revision: "1df8507178afcc1bef68cd8c393f61a886323761",
  },
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B": { ...distilled, shape: "Qwen2.5-32B" },
  "deepseek-ai/DeepSeek-R1-Distill-Llama-8B": {
    ...distilled,
    shape: "Llama-3.1-8B",
    revision: "6a6f4aa4197940add57724a7707d069478df56b1",
  },
  "deepseek-ai/DeepSeek-R1-Distill-Llama-70B": { ...distilled, shape: "Llama-3.1-70B" },
  "meta-llama/Llama-3.2-1B-Instruct": { ...llama("3.2"), shape: "Llama-3.2-1B" },
  "meta-llama/Llama-3.2-3B-Instruct": { ...llama("3.2"), shape: "Llama-3.2-3B" },
  "meta-llama/Llama-3.1-8B-Instruct": {
    ...llama("3.1"),
    shape: "Llama-3.1-8B",
    revision: "0e9e39f249a16976918f6564b8830bc894c89659",
  },
  "meta-llama/Llama-3.1-70B-Instruct": { ...llama("3.1"), shape: "Llama-3.1-70B" },
  "meta-llama/Llama-3.3-70B-Instruct": { ...llama("3.3"), shape: "Llama-3.1-70B" },
  "mistralai/Mistral-7B-Instruct-v0.3": {
    ...chat,
    ...k32,
    shape: "Mistral-7B-v0.3",
    revision: "e0bc86c23ce5aae1db576c8cca6f06f1f73af2db",
  },
  "mistralai/Mixtral-8x7B-Instruct-v0.1": { ...chat, ...k32, shape: "Mixtral-8x7B" },
  "mistralai/Mistral-Small-24B-Instruct-2501": { ...chat, ...k32, shape: "Mistral-Small-24B" },
  "mistralai/Devstral-Small-2507": { ...code, ...k128, shape: "Mistral-Small-24B" },
  "mistralai/Mistral-Small-3.1-24B-Instruct-2503": {
    ...vision,
    ...k128,
    shape: "Mistral-Small-24B",
    visionParameters: 438_958_080,
  },
  "google/gemma-3-1b-it": { ...chat, ...gemma, ...k32, shape: "gemma-3-1b" },
  "google/gemma-3-4b-it": { ...vision, ...gemma, ...k128, shape: "gemma-3-4b", visionParameters: 419_816_304 },
  "google/gemma-3-12b-it": { ...vision, ...gemma, ...k128, shape: "gemma-3-12b", visionParameters: 421_290_864 },
  "google/gemma-3-27b-it": { ...vision, ...gemma, ...k128, shape: "gemma-3-27b", visionParameters: 423_060_336 },
  "openai/gpt-oss-20b": { ...reasoning, ...k128, shape: "gpt-oss-20b", quantization: "mxfp4" },
  "openai/gpt-oss-120b": { ...reasoning, ...k128, shape: "gpt-oss-120b", quantization: "mxfp4" },
  "microsoft/phi-4": {
    ...chat,
    contextLength: 16_384,
    licence: "MIT",
    shape: "phi-4",
    revision: "187ef0342fff0eb3333be9f00389385e95ef0b61",
  },
  "microsoft/Phi-4-mini-instruct": {
    ...chat,
    ...k128,
    licence: "MIT",
    shape: "Phi-4-mini",
    revision: "c0fb9e74abda11b496b7907a9c6c9009a7a0488f",
  },
  "tiiuae/Falcon3-7B-Instruct": { ...chat, ...k32, shape: "Falcon3-7B", licence: "TII Falcon License 2.0" },
  "tiiuae/Falcon3-10B-Instruct": { ...chat, ...k32, shape: "Falcon3-10B", licence: "TII Falcon License 2.0" },
  "HuggingFaceTB/SmolLM2-1.7B-Instruct": { ...chat, contextLength: 8_192, shape: "SmolLM2-1.7B" },
  "ibm-granite/granite-3.3-8b-instruct": { ...chat, ...k128, shape: "granite-3.3-8b" },
  "01-ai/Yi-1.5-9B-Chat": { ...chat, contextLength: 4_096, shape: "Yi-1.5-9B" },
  "01-ai/Yi-1.5-34B-Chat": { ...chat, contextLength: 4_096, shape: "Yi-1.5-34B" },
} as const satisfies Record<string, Facts>;

/** Name of a model in the catalogue. */
export type ModelName = keyof typeof facts;

/**
 * The models that `genai:models` may name, by their Hugging Face repository. Each row follows the repository's `config.json` and
 * model card; `models.test.ts` compares the parameters that follow from it with the total that the repository publishes.
 */
export const models = Object.fromEntries(
  Object.entries(facts).map(([name, row]) => [name, model(name, row)]),
) as Readonly<Record<ModelName, Model>>;

/** Whether `name` is in the catalogue. */
export function isModelName(name: string): name is ModelName {
  return Object.hasOwn(models, name);
}

/** Where a row without a better source comes from. */
export function repositorySource(name: string): string {
  return `config.json, safetensors metadata and model card of huggingface.co/${name}`;
}

function model(name: string, { shape, changes, ...row }: Facts): Model {
  const architecture: Architecture = { ...architectures[shape], ...changes };
  const parameterCount = countParameters(architecture);
  const { other, matrices, experts } = parameterCount;
  return {
    dtype: "bfloat16",
    ...architecture,
    parameters: other + matrices + experts + (row.visionParameters ?? 0) + (row.draftParameters ?? 0),
    parameterCount,
    activeParameters: countActiveParameters(architecture),
    ...row,
    source: repositorySource(name),
  };
}
