/** Data type of weights and activations, as vLLM's `--dtype` names it. */
export type Dtype = "bfloat16" | "float16";

/** A decoder-only language model with grouped-query attention: what memory, time and licence follow from. */
export interface Model {
  /** Number of parameters in the published weights, embeddings and head included. */
  parameters: number;
  /** Transformer layers (`num_hidden_layers`). */
  layers: number;
  /** Query heads (`num_attention_heads`); tensor parallelism must divide it. */
  attentionHeads: number;
  /** Key and value heads (`num_key_value_heads`). */
  keyValueHeads: number;
  /** Elements per head (`head_dim`). */
  headDimension: number;
  /** Width of the residual stream (`hidden_size`). */
  hiddenSize: number;
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

/** The models the platform serves, by their Hugging Face repository. */
export const models = {
  "Qwen/Qwen3-0.6B": {
    parameters: 751_632_384,
    layers: 28,
    attentionHeads: 16,
    keyValueHeads: 8,
    headDimension: 128,
    hiddenSize: 1024,
    contextLength: 40_960,
    dtype: "bfloat16",
    licence: "Apache-2.0",
    gated: false,
    source: "config.json and model.safetensors of huggingface.co/Qwen/Qwen3-0.6B (the file holds the tied head too)",
  },
  "Qwen/Qwen3-8B": {
    parameters: 8_190_735_360,
    layers: 36,
    attentionHeads: 32,
    keyValueHeads: 8,
    headDimension: 128,
    hiddenSize: 4096,
    contextLength: 40_960,
    dtype: "bfloat16",
    licence: "Apache-2.0",
    gated: false,
    source: "config.json and model.safetensors.index.json of huggingface.co/Qwen/Qwen3-8B",
  },
  "Qwen/Qwen3-32B": {
    parameters: 32_762_123_264,
    layers: 64,
    attentionHeads: 64,
    keyValueHeads: 8,
    headDimension: 128,
    hiddenSize: 5120,
    contextLength: 40_960,
    dtype: "bfloat16",
    licence: "Apache-2.0",
    gated: false,
    source: "config.json and model.safetensors.index.json of huggingface.co/Qwen/Qwen3-32B",
  },
  "meta-llama/Llama-3.1-8B-Instruct": {
    parameters: 8_030_261_248,
    layers: 32,
    attentionHeads: 32,
    keyValueHeads: 8,
    headDimension: 128,
    hiddenSize: 4096,
    contextLength: 131_072,
    dtype: "bfloat16",
    licence: "Llama 3.1 Community License",
    gated: true,
    source: "config.json and model.safetensors.index.json of huggingface.co/meta-llama/Llama-3.1-8B-Instruct",
  },
  "meta-llama/Llama-3.3-70B-Instruct": {
    parameters: 70_553_706_496,
    layers: 80,
    attentionHeads: 64,
    keyValueHeads: 8,
    headDimension: 128,
    hiddenSize: 8192,
    contextLength: 131_072,
    dtype: "bfloat16",
    licence: "Llama 3.3 Community License",
    gated: true,
    source: "config.json and model.safetensors.index.json of huggingface.co/meta-llama/Llama-3.3-70B-Instruct",
  },
} as const satisfies Record<string, Model>;

/** Name of a model in the catalogue. */
export type ModelName = keyof typeof models;

/** Whether `name` is in the catalogue. */
export function isModelName(name: string): name is ModelName {
  return Object.hasOwn(models, name);
}
