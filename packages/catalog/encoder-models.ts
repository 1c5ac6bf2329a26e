import { countEncoderParameters, countSpeechParameters, type EncoderArchitecture } from "./encoders.ts";
import { countParameters } from "./architecture.ts";
import { architectures } from "./architectures.ts";
import { type Publication, repositorySource } from "./models.ts";

/** A model that turns a text into a vector. */
export interface EmbeddingModel extends Publication {
  /** Number of parameters in the published weights. */
  parameters: number;
  /** Elements of the vector; a collection of a vector store takes it from here. */
  dimension: number;
  /** Longest text in tokens; longer ones are cut. */
  maximumTokens: number;
  /** Data type of the published weights. */
  dtype: "float32" | "float16" | "bfloat16";
}

/** A model that scores how well a text answers a query. */
export interface RerankingModel extends Omit<EmbeddingModel, "dimension"> {
  /** Width of its layers (`hidden_size`), from which the memory of a batch follows. */
  hiddenSize: number;
}

/** A model that writes down speech. */
export interface SpeechModel extends Publication {
  /** Number of parameters in the published weights. */
  parameters: number;
  /** Key-value cache of one request in bytes: the transcript of 30 s at most, and the audio that it attends to. */
  requestBytes: number;
  dtype: "float16";
}

type Shape = Omit<EncoderArchitecture, "head">;
const miniLM: Shape = {
  layers: 6,
  hiddenSize: 384,
  intermediateSize: 1_536,
  vocabularySize: 30_522,
  positions: 512,
  types: 2,
};
const bertSmall: Shape = { ...miniLM, layers: 12 };
const bertBase: Shape = { ...bertSmall, hiddenSize: 768, intermediateSize: 3_072 };
const bertLarge: Shape = { ...bertSmall, layers: 24, hiddenSize: 1_024, intermediateSize: 4_096 };
const xlmRobertaBase: Shape = { ...bertBase, vocabularySize: 250_002, positions: 514, types: 1 };
const xlmRobertaLarge: Shape = { ...bertLarge, vocabularySize: 250_002, positions: 514, types: 1 };
const longXlmRobertaLarge: Shape = { ...xlmRobertaLarge, positions: 8_194 };

const mit = { licence: "MIT", gated: false } as const;
const apache = { licence: "Apache-2.0", gated: false } as const;

/** Embedding models by their Hugging Face repository. */
export const embeddingModels = {
  "sentence-transformers/all-MiniLM-L6-v2": embedding("sentence-transformers/all-MiniLM-L6-v2", miniLM, {
    ...apache,
    maximumTokens: 256,
  }),
  "BAAI/bge-small-en-v1.5": embedding("BAAI/bge-small-en-v1.5", bertSmall, { ...mit, maximumTokens: 512 }),
  "BAAI/bge-base-en-v1.5": embedding("BAAI/bge-base-en-v1.5", bertBase, { ...mit, maximumTokens: 512 }),
  "BAAI/bge-large-en-v1.5": embedding("BAAI/bge-large-en-v1.5", bertLarge, { ...mit, maximumTokens: 512 }),
  "BAAI/bge-m3": embedding("BAAI/bge-m3", longXlmRobertaLarge, { ...mit, maximumTokens: 8_192 }),
  "intfloat/multilingual-e5-base": embedding("intfloat/multilingual-e5-base", xlmRobertaBase, {
    ...mit,
    maximumTokens: 512,
  }),
  "intfloat/multilingual-e5-large": embedding("intfloat/multilingual-e5-large", xlmRobertaLarge, {
    ...mit,
    maximumTokens: 512,
  }),
  "Qwen/Qwen3-Embedding-0.6B": qwen3Embedding("Qwen/Qwen3-Embedding-0.6B", "Qwen3-0.6B", 151_669),
  "Qwen/Qwen3-Embedding-4B": qwen3Embedding("Qwen/Qwen3-Embedding-4B", "Qwen3-4B", 151_665),
  "Qwen/Qwen3-Embedding-8B": qwen3Embedding("Qwen/Qwen3-Embedding-8B", "Qwen3-8B", 151_665),
} as const satisfies Record<string, EmbeddingModel>;

/** Name of an embedding model in the catalogue. */
export type EmbeddingModelName = keyof typeof embeddingModels;

/** Reranking models by their Hugging Face repository. */
export const rerankingModels = {
  "BAAI/bge-reranker-v2-m3": reranking("BAAI/bge-reranker-v2-m3", longXlmRobertaLarge, {
    ...apache,
    maximumTokens: 8_192,
  }),
  "BAAI/bge-reranker-large": reranking("BAAI/bge-reranker-large", xlmRobertaLarge, { ...mit, maximumTokens: 512 }),
  "BAAI/bge-reranker-base": reranking("BAAI/bge-reranker-base", xlmRobertaBase, { ...mit, maximumTokens: 512 }),
  "cross-encoder/ms-marco-MiniLM-L6-v2": {
    ...reranking("cross-encoder/ms-marco-MiniLM-L6-v2", miniLM, { ...apache, maximumTokens: 512 }),
    parameters: countEncoderParameters({ ...miniLM, head: "pooler and score" }),
  },
} as const satisfies Record<string, RerankingModel>;

/** Name of a reranking model in the catalogue. */
export type RerankingModelName = keyof typeof rerankingModels;

/** Models that Text Embeddings Inference serves: they embed texts, or score them. */
export const encoderModels = { ...embeddingModels, ...rerankingModels };

/** Name of such a model in the catalogue. */
export type EncoderName = keyof typeof encoderModels;

/** Whether it gives vectors; else it scores texts. */
export function isEmbeddingModel(name: EncoderName): name is EmbeddingModelName {
  return Object.hasOwn(embeddingModels, name);
}

const whisper = {
  encoderLayers: 32,
  hiddenSize: 1_280,
  attentionHeads: 20,
  melBins: 128,
  audioPositions: 1_500,
  textPositions: 448,
  vocabularySize: 51_866,
};

/** Speech models by their Hugging Face repository. */
export const speechModels = {
  "openai/whisper-large-v3": speech("openai/whisper-large-v3", 32, "Apache-2.0"),
  "openai/whisper-large-v3-turbo": speech("openai/whisper-large-v3-turbo", 4, "MIT"),
} as const satisfies Record<string, SpeechModel>;

/** Name of a speech model in the catalogue. */
export type SpeechModelName = keyof typeof speechModels;

type Facts = Pick<EmbeddingModel, "licence" | "gated" | "maximumTokens">;

function embedding(name: string, shape: Shape, facts: Facts): EmbeddingModel {
  return {
    parameters: countEncoderParameters({ ...shape, head: "pooler" }),
    dimension: shape.hiddenSize,
    dtype: "float32",
    ...facts,
    source: repositorySource(name),
  };
}

/** The decoder of a Qwen3 model, whose last token's state is the vector. */
function qwen3Embedding(name: string, shape: keyof typeof architectures, vocabularySize: number): EmbeddingModel {
  const decoder = { ...architectures[shape], vocabularySize, headStored: false };
  const { other, matrices } = countParameters(decoder);
  return {
    parameters: other + matrices,
    dimension: decoder.hiddenSize,
    maximumTokens: 32_768,
    dtype: "bfloat16",
    ...apache,
    source: repositorySource(name),
  };
}

function reranking(name: string, shape: Shape, facts: Facts): RerankingModel {
  return {
    parameters: countEncoderParameters({ ...shape, head: "classifier" }),
    hiddenSize: shape.hiddenSize,
    dtype: "float32",
    ...facts,
    source: repositorySource(name),
  };
}

function speech(name: string, decoderLayers: number, licence: string): SpeechModel {
  const shape = { ...whisper, decoderLayers };
  return {
    parameters: countSpeechParameters(shape),
    requestBytes: 2 * decoderLayers * shape.hiddenSize * (shape.audioPositions + shape.textPositions) * 2,
    dtype: "float16",
    licence,
    gated: false,
    source: repositorySource(name),
  };
}
