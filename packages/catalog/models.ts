import { type Architecture, architectures, countParameters } from "./architectures.ts";

/** Data type of weights and activations, as vLLM's `--dtype` names it. */
export type Dtype = "bfloat16" | "float16";

/** A decoder-only language model with grouped-query attention: what memory, time and licence follow from. */
export interface Model extends Architecture {
  /** What it is published for. */
  task: "chat" | "reasoning" | "code";
  /** Number of parameters in the published weights, embeddings and stored head included. */
  parameters: number;
  /** Longest context without extension (`max_position_embeddings`), in tokens. */
  contextLength: number;
  /** Data type of the published weights (`torch_dtype`). */
  dtype: Dtype;
  /** SPDX id, or the name of the vendor's licence. */
  licence: string;
  /** Whether downloading needs an account that accepted the licence, hence a Hugging Face token. */
  gated: boolean;
  /** Where the figures are published. */
  source: string;
}

const chat = { task: "chat", licence: "Apache-2.0", gated: false } as const;
const reasoning = { ...chat, task: "reasoning" } as const;
const code = { ...chat, task: "code" } as const;
const llama = { ...chat, gated: true } as const;

/**
 * The models the platform serves, by their Hugging Face repository. Each row follows the repository's `config.json` and model card;
 * `catalog.test.ts` compares the parameters that follow from it with the total that the repository publishes.
 */
export const models = {
  "Qwen/Qwen3-0.6B": model("Qwen/Qwen3-0.6B", architectures["Qwen3-0.6B"], { ...chat, contextLength: 40_960 }),
  "Qwen/Qwen3-1.7B": model("Qwen/Qwen3-1.7B", architectures["Qwen3-1.7B"], { ...chat, contextLength: 40_960 }),
  "Qwen/Qwen3-4B": model("Qwen/Qwen3-4B", architectures["Qwen3-4B"], { ...chat, contextLength: 40_960 }),
  "Qwen/Qwen3-8B": model("Qwen/Qwen3-8B", architectures["Qwen3-8B"], { ...chat, contextLength: 40_960 }),
  "Qwen/Qwen3-14B": model("Qwen/Qwen3-14B", architectures["Qwen3-14B"], { ...chat, contextLength: 40_960 }),
  "Qwen/Qwen3-32B": model("Qwen/Qwen3-32B", architectures["Qwen3-32B"], { ...chat, contextLength: 40_960 }),
  "Qwen/Qwen3-4B-Instruct-2507": model("Qwen/Qwen3-4B-Instruct-2507", architectures["Qwen3-4B"], {
    ...chat,
    contextLength: 262_144,
  }),
  "Qwen/Qwen3-4B-Thinking-2507": model("Qwen/Qwen3-4B-Thinking-2507", architectures["Qwen3-4B"], {
    ...reasoning,
    contextLength: 262_144,
  }),
  "Qwen/QwQ-32B": model("Qwen/QwQ-32B", architectures["Qwen2.5-32B"], { ...reasoning, contextLength: 40_960 }),
  "Qwen/Qwen2.5-0.5B-Instruct": model("Qwen/Qwen2.5-0.5B-Instruct", architectures["Qwen2.5-0.5B"], {
    ...chat,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-1.5B-Instruct": model("Qwen/Qwen2.5-1.5B-Instruct", architectures["Qwen2.5-1.5B"], {
    ...chat,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-3B-Instruct": model("Qwen/Qwen2.5-3B-Instruct", architectures["Qwen2.5-3B"], {
    ...chat,
    contextLength: 32_768,
    licence: "Qwen Research License",
  }),
  "Qwen/Qwen2.5-7B-Instruct": model("Qwen/Qwen2.5-7B-Instruct", architectures["Qwen2.5-7B"], {
    ...chat,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-14B-Instruct": model("Qwen/Qwen2.5-14B-Instruct", architectures["Qwen2.5-14B"], {
    ...chat,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-32B-Instruct": model("Qwen/Qwen2.5-32B-Instruct", architectures["Qwen2.5-32B"], {
    ...chat,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-72B-Instruct": model("Qwen/Qwen2.5-72B-Instruct", architectures["Qwen2.5-72B"], {
    ...chat,
    contextLength: 32_768,
    licence: "Qwen License",
  }),
  "Qwen/Qwen2.5-Coder-1.5B-Instruct": model("Qwen/Qwen2.5-Coder-1.5B-Instruct", architectures["Qwen2.5-1.5B"], {
    ...code,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-Coder-7B-Instruct": model("Qwen/Qwen2.5-Coder-7B-Instruct", architectures["Qwen2.5-7B"], {
    ...code,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-Coder-14B-Instruct": model("Qwen/Qwen2.5-Coder-14B-Instruct", architectures["Qwen2.5-14B"], {
    ...code,
    contextLength: 32_768,
  }),
  "Qwen/Qwen2.5-Coder-32B-Instruct": model("Qwen/Qwen2.5-Coder-32B-Instruct", architectures["Qwen2.5-32B"], {
    ...code,
    contextLength: 32_768,
  }),
  "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B": model("deepseek-ai/DeepSeek-R1-0528-Qwen3-8B", architectures["Qwen3-8B"], {
    ...reasoning,
    contextLength: 131_072,
    licence: "MIT",
  }),
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": model(
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
    { ...architectures["Qwen2.5-1.5B"], headStored: true },
    { ...reasoning, contextLength: 131_072, licence: "MIT" },
  ),
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B": model(
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
    architectures["Qwen2.5-7B"],
    { ...reasoning, contextLength: 131_072, licence: "MIT" },
  ),
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B": model(
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
    architectures["Qwen2.5-14B"],
    { ...reasoning, contextLength: 131_072, licence: "MIT" },
  ),
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B": model(
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
    architectures["Qwen2.5-32B"],
    { ...reasoning, contextLength: 131_072, licence: "MIT" },
  ),
  "deepseek-ai/DeepSeek-R1-Distill-Llama-8B": model(
    "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    architectures["Llama-3.1-8B"],
    { ...reasoning, contextLength: 131_072, licence: "MIT" },
  ),
  "deepseek-ai/DeepSeek-R1-Distill-Llama-70B": model(
    "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
    architectures["Llama-3.1-70B"],
    { ...reasoning, contextLength: 131_072, licence: "MIT" },
  ),
  "meta-llama/Llama-3.2-1B-Instruct": model("meta-llama/Llama-3.2-1B-Instruct", architectures["Llama-3.2-1B"], {
    ...llama,
    contextLength: 131_072,
    licence: "Llama 3.2 Community License",
  }),
  "meta-llama/Llama-3.2-3B-Instruct": model("meta-llama/Llama-3.2-3B-Instruct", architectures["Llama-3.2-3B"], {
    ...llama,
    contextLength: 131_072,
    licence: "Llama 3.2 Community License",
  }),
  "meta-llama/Llama-3.1-8B-Instruct": model("meta-llama/Llama-3.1-8B-Instruct", architectures["Llama-3.1-8B"], {
    ...llama,
    contextLength: 131_072,
    licence: "Llama 3.1 Community License",
  }),
  "meta-llama/Llama-3.1-70B-Instruct": model("meta-llama/Llama-3.1-70B-Instruct", architectures["Llama-3.1-70B"], {
    ...llama,
    contextLength: 131_072,
    licence: "Llama 3.1 Community License",
  }),
  "meta-llama/Llama-3.3-70B-Instruct": model("meta-llama/Llama-3.3-70B-Instruct", architectures["Llama-3.1-70B"], {
    ...llama,
    contextLength: 131_072,
    licence: "Llama 3.3 Community License",
  }),
  "microsoft/phi-4": model("microsoft/phi-4", architectures["phi-4"], {
    ...chat,
    contextLength: 16_384,
    licence: "MIT",
  }),
  "microsoft/Phi-4-mini-instruct": model("microsoft/Phi-4-mini-instruct", architectures["Phi-4-mini"], {
    ...chat,
    contextLength: 131_072,
    licence: "MIT",
  }),
  "tiiuae/Falcon3-7B-Instruct": model("tiiuae/Falcon3-7B-Instruct", architectures["Falcon3-7B"], {
    ...chat,
    contextLength: 32_768,
    licence: "TII Falcon License 2.0",
  }),
  "tiiuae/Falcon3-10B-Instruct": model("tiiuae/Falcon3-10B-Instruct", architectures["Falcon3-10B"], {
    ...chat,
    contextLength: 32_768,
    licence: "TII Falcon License 2.0",
  }),
  "HuggingFaceTB/SmolLM2-1.7B-Instruct": model("HuggingFaceTB/SmolLM2-1.7B-Instruct", architectures["SmolLM2-1.7B"], {
    ...chat,
    contextLength: 8_192,
  }),
  "ibm-granite/granite-3.3-8b-instruct": model("ibm-granite/granite-3.3-8b-instruct", architectures["granite-3.3-8b"], {
    ...chat,
    contextLength: 131_072,
  }),
  "01-ai/Yi-1.5-9B-Chat": model("01-ai/Yi-1.5-9B-Chat", architectures["Yi-1.5-9B"], { ...chat, contextLength: 4_096 }),
  "01-ai/Yi-1.5-34B-Chat": model("01-ai/Yi-1.5-34B-Chat", architectures["Yi-1.5-34B"], {
    ...chat,
    contextLength: 4_096,
  }),
} as const satisfies Record<string, Model>;

/** Name of a model in the catalogue. */
export type ModelName = keyof typeof models;

/** Whether `name` is in the catalogue. */
export function isModelName(name: string): name is ModelName {
  return Object.hasOwn(models, name);
}

/** All of these are published in bfloat16. */
function model(
  name: string,
  shape: Architecture,
  facts: Pick<Model, "task" | "contextLength" | "licence" | "gated">,
): Model {
  const source = `config.json, safetensors metadata and model card of huggingface.co/${name}`;
  return { ...shape, parameters: countParameters(shape), dtype: "bfloat16", ...facts, source };
}
