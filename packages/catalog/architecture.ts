/** Sparse feed-forward layers: a router picks a few experts for each token. */
export interface Experts {
  /** Experts of a layer (`num_experts`, `num_local_experts`, `n_routed_experts`). */
  count: number;
  /** Experts that one token uses (`num_experts_per_tok`). */
  active: number;
  /** Width of one expert (`moe_intermediate_size`). */
  intermediateSize: number;
  /** Width of all experts together that every token uses. @default 0 */
  sharedIntermediateSize?: number;
  /** First layers that are dense instead, with the architecture's `intermediateSize`. @default 0 */
  denseLayers?: number;
  /** Biases of one expert. @default 0 */
  expertBiases?: number;
  /** Biases and gates of a layer that no other field counts. @default 0 */
  biases?: number;
}

/** Multi-head latent attention: what is cached is one compressed vector for all heads (DeepSeek-V2, section 2.1). */
export interface LatentAttention {
  /** Width of the compressed query (`q_lora_rank`). */
  queryRank: number;
  /** Width of the compressed key and value (`kv_lora_rank`). */
  keyValueRank: number;
  /** Width of the part of each key that carries the position (`qk_rope_head_dim`); cached beside the compressed vector. */
  positionDimension: number;
  /** Width of the rest of each key (`qk_nope_head_dim`). */
  keyDimension: number;
  /** Width of each value (`v_head_dim`). */
  valueDimension: number;
}

/** Layers with a state of fixed size in place of a cache that grows (gated DeltaNet, Mamba). */
export interface LinearAttention {
  /** How many of the layers. */
  layers: number;
  /** Parameters of one such layer's mixer. */
  parameters: number;
  /** Elements of one layer's state, for one request. */
  stateElements: number;
}

/** The shape of a decoder-only language model, by the names of its `config.json`. */
export interface Architecture {
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
  /** Width of the dense feed-forward layers (`intermediate_size`). */
  intermediateSize: number;
  /** Rows of the embedding (`vocab_size`). */
  vocabularySize: number;
  /** Whether the published weights hold an output head; a head tied to the embedding may be left out. @default true */
  headStored?: boolean;
  /** Whether queries, keys and values have a bias. @default false */
  attentionBias?: boolean;
  /** Whether queries and keys are normalised. @default false */
  queryKeyNorm?: boolean;
  /** Whether the query projection also makes a gate of the same size. @default false */
  outputGate?: boolean;
  /** Norms of the residual stream in a layer. @default 2 */
  norms?: number;
  /** Parameters of a layer's attention that no other field counts, such as attention sinks. @default 0 */
  attentionExtra?: number;
  /** @default every layer is dense */
  experts?: Experts;
  /** @default keys and values are cached per head */
  latent?: LatentAttention;
  /** Layers that see only the last `window` tokens. @default none */
  slidingWindow?: { window: number; layers: number };
  /** @default none */
  linear?: LinearAttention;
}

/** Parameters by what quantisation does to them. */
export interface ParameterCount {
  /** Embedding, output head, norms, biases, routers: always kept in 16 bits. */
  other: number;
  /** Matrices of attention and of dense or shared feed-forward layers. */
  matrices: number;
  /** Matrices of the experts that a router chooses from. */
  experts: number;
}

/** Counts the parameters of the decoder, as its published weights hold them. */
export function countParameters(shape: Architecture): ParameterCount {
  const { layers, hiddenSize, intermediateSize, vocabularySize, experts, headStored = true, norms = 2 } = shape;
  const attention = attentionParameters(shape);
  const linear = shape.linear ?? { layers: 0, parameters: 0 };
  const sparseLayers = experts ? layers - (experts.denseLayers ?? 0) : 0;
  const shared = experts ? sparseLayers * 3 * hiddenSize * (experts.sharedIntermediateSize ?? 0) : 0;
  const routers = experts
    ? sparseLayers * (experts.count * (hiddenSize + (experts.expertBiases ?? 0)) + (experts.biases ?? 0))
    : 0;
  return {
    other:
      (headStored ? 2 : 1) * vocabularySize * hiddenSize +
      hiddenSize +
      layers * norms * hiddenSize +
      (layers - linear.layers) * attention.other +
      routers,
    matrices:
      (layers - linear.layers) * attention.matrices +
      linear.layers * linear.parameters +
      (layers - sparseLayers) * 3 * hiddenSize * intermediateSize +
      shared,
    experts: experts ? sparseLayers * experts.count * 3 * hiddenSize * experts.intermediateSize : 0,
  };
}

/**
 * Parameters that take part in one token's forward pass, embedding and head included, as Qwen, Mistral and DeepSeek count them; OpenAI
 * leaves the embedding out.
 */
export function countActiveParameters(shape: Architecture): number {
  const { other, matrices, experts } = countParameters(shape);
  if (!shape.experts) return other + matrices;
  const { count, active, expertBiases = 0, denseLayers = 0 } = shape.experts;
  const idleBiases = (shape.layers - denseLayers) * (count - active) * expertBiases;
  return other + matrices - idleBiases + (experts * active) / count;
}

function attentionParameters(shape: Architecture): { matrices: number; other: number } {
  const { attentionHeads, keyValueHeads, headDimension, hiddenSize, latent, attentionExtra = 0 } = shape;
  if (latent) {
    const { queryRank, keyValueRank, positionDimension, keyDimension, valueDimension } = latent;
    return {
      matrices:
        hiddenSize * queryRank +
        queryRank * attentionHeads * (keyDimension + positionDimension) +
        hiddenSize * (keyValueRank + positionDimension) +
        keyValueRank * attentionHeads * (keyDimension + valueDimension) +
        attentionHeads * valueDimension * hiddenSize,
      other: queryRank + keyValueRank,
    };
  }
  const queries = attentionHeads * headDimension;
  const keysAndValues = 2 * keyValueHeads * headDimension;
  return {
    matrices: hiddenSize * (queries * (shape.outputGate ? 3 : 2) + keysAndValues),
    other:
      (shape.attentionBias ? queries + keysAndValues : 0) +
      (shape.queryKeyNorm ? 2 * headDimension : 0) +
      attentionExtra,
  };
}
