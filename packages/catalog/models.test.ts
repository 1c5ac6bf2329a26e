import { assert } from "@genai/testing";
import {
  downloadBytes,
  embeddingModels,
  type Model,
  type ModelName,
  models,
  quantizations,
  rerankingModels,
  speechModels,
} from "./index.ts";

describe("models", () => {
  const other = { ...embeddingModels, ...rerankingModels, ...speechModels };

  it("are at least 40, of every task, each complete and named once", () => {
    const tasks = new Set(Object.values(models).map(({ task }) => task));
    assert.deepEqual([...tasks].toSorted(), ["chat", "code", "reasoning", "vision"]);
    assert.ok(Object.keys(embeddingModels).length >= 5 && Object.keys(rerankingModels).length >= 3);
    assert.ok(Object.keys(speechModels).length >= 2);
    assert.ok(Object.keys(models).length >= 40);
    assert.equal(Object.keys(models).filter((name) => name in other).length, 0);
    for (const [name, row] of [...Object.entries(models), ...Object.entries(other)]) {
      assert.match(name, /^[\w.-]+\/[\w.-]+$/);
      assert.ok(row.licence.length > 0 && row.source.includes(name), name);
      assert.ok(row.revision === undefined || /^[0-9a-f]{40}$/.test(row.revision), name);
    }
  });

  it("have heads that agree and quantisations that exist", () => {
    for (const [name, model] of Object.entries(models)) {
      assert.equal(model.attentionHeads % model.keyValueHeads, 0, name);
      assert.ok(model.activeParameters <= model.parameters && model.contextLength >= 2048, name);
      assert.ok(model.quantization === undefined || model.quantization in quantizations, name);
    }
  });

  // What the repositories publish as the total of their safetensors files.
  const published: Partial<Record<ModelName, number>> = {
    "Qwen/Qwen3-0.6B": 751_632_384,
    "Qwen/Qwen3-1.7B": 2_031_739_904,
    "Qwen/Qwen3-4B": 4_022_468_096,
    "Qwen/Qwen3-8B": 8_190_735_360,
    "Qwen/Qwen3-14B": 14_768_307_200,
    "Qwen/Qwen3-32B": 32_762_123_264,
    "Qwen/Qwen3-30B-A3B": 30_532_122_624,
    "Qwen/Qwen3-235B-A22B": 235_093_634_560,
    "Qwen/Qwen3-Next-80B-A3B-Instruct": 81_324_862_720,
    "Qwen/QwQ-32B": 32_763_876_352,
    "Qwen/Qwen2.5-0.5B-Instruct": 494_032_768,
    "Qwen/Qwen2.5-1.5B-Instruct": 1_543_714_304,
    "Qwen/Qwen2.5-3B-Instruct": 3_085_938_688,
    "Qwen/Qwen2.5-7B-Instruct": 7_615_616_512,
    "Qwen/Qwen2.5-14B-Instruct": 14_770_033_664,
    "Qwen/Qwen2.5-72B-Instruct": 72_706_203_648,
    "Qwen/Qwen2.5-VL-3B-Instruct": 3_754_622_976,
    "Qwen/Qwen2.5-VL-7B-Instruct": 8_292_166_656,
    "Qwen/Qwen2.5-VL-72B-Instruct": 73_410_777_344,
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": 1_777_088_000,
    "meta-llama/Llama-3.2-1B-Instruct": 1_235_814_400,
    "meta-llama/Llama-3.2-3B-Instruct": 3_212_749_824,
    "meta-llama/Llama-3.1-8B-Instruct": 8_030_261_248,
    "meta-llama/Llama-3.1-70B-Instruct": 70_553_706_496,
    "mistralai/Mistral-7B-Instruct-v0.3": 7_248_023_552,
    "mistralai/Mixtral-8x7B-Instruct-v0.1": 46_702_792_704,
    "mistralai/Mistral-Small-24B-Instruct-2501": 23_572_403_200,
    "mistralai/Mistral-Small-3.1-24B-Instruct-2503": 24_011_361_280,
    "google/gemma-3-1b-it": 999_885_952,
    "google/gemma-3-4b-it": 4_300_079_472,
    "google/gemma-3-12b-it": 12_187_325_040,
    "google/gemma-3-27b-it": 27_432_406_640,
    "openai/gpt-oss-20b": 20_914_757_184,
    "openai/gpt-oss-120b": 116_829_156_672,
    "microsoft/phi-4": 14_659_507_200,
    "microsoft/Phi-4-mini-instruct": 3_836_021_760,
    "tiiuae/Falcon3-7B-Instruct": 7_455_550_464,
    "tiiuae/Falcon3-10B-Instruct": 10_305_653_760,
    "HuggingFaceTB/SmolLM2-1.7B-Instruct": 1_711_376_384,
    "ibm-granite/granite-3.3-8b-instruct": 8_170_864_640,
    "01-ai/Yi-1.5-9B-Chat": 8_829_407_232,
    "01-ai/Yi-1.5-34B-Chat": 34_388_917_248,
  };
  for (const [name, total] of Object.entries(published) as [ModelName, number][]) {
    it(`count the parameters of ${name} from its architecture as published`, () => {
      assert.equal(models[name].parameters, total);
    });
  }

  it("count DeepSeek-V3 as its report does: 671 B in the decoder, 37 B active", () => {
    const { other: kept, matrices, experts } = models["deepseek-ai/DeepSeek-V3-0324"].parameterCount;
    assert.equal(kept + matrices + experts, 671_026_419_200);
    assert.equal(Math.floor(models["deepseek-ai/DeepSeek-V3-0324"].activeParameters / 1e9), 37);
  });

  it("have a published total for every architecture", () => {
    const checked = new Set(Object.keys(published).map((name) => shapeOf(models[name as ModelName])));
    for (const [name, model] of Object.entries(models)) {
      if (model.latent) continue; // Its total is the test above.
      assert.ok(checked.has(shapeOf(model)), `${name}: no model of its shape has a published total above`);
    }
  });

  it("count encoders and speech models as published", () => {
    const counted = Object.fromEntries(Object.entries(other).map(([name, { parameters }]) => [name, parameters]));
    assert.deepEqual(counted, {
      "sentence-transformers/all-MiniLM-L6-v2": 22_713_216,
      "BAAI/bge-small-en-v1.5": 33_360_000,
      "BAAI/bge-base-en-v1.5": 109_482_240,
      "BAAI/bge-large-en-v1.5": 335_141_888,
      "BAAI/bge-m3": 567_754_752,
      "intfloat/multilingual-e5-base": 278_043_648,
      "intfloat/multilingual-e5-large": 559_890_432,
      "Qwen/Qwen3-Embedding-0.6B": 595_776_512,
      "Qwen/Qwen3-Embedding-4B": 4_021_774_336,
      "Qwen/Qwen3-Embedding-8B": 7_567_295_488,
      "BAAI/bge-reranker-v2-m3": 567_755_777,
      "BAAI/bge-reranker-large": 559_891_457,
      "BAAI/bge-reranker-base": 278_044_417,
      "cross-encoder/ms-marco-MiniLM-L6-v2": 22_713_601,
      "openai/whisper-large-v3": 1_543_490_560,
      "openai/whisper-large-v3-turbo": 808_878_080,
    });
  });
});

describe("size of the weights", () => {
  // GiB as KAITO's model_catalog.yaml (037fb35) gives them; gpt-oss-20b, of which it counts two copies, by its safetensors files.
  const sizes: Partial<Record<ModelName, number>> = {
    "microsoft/phi-4": 27.31,
    "microsoft/Phi-4-mini-instruct": 7.15,
    "deepseek-ai/DeepSeek-R1-Distill-Llama-8B": 14.96,
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B": 27.51,
    "Qwen/Qwen2.5-Coder-7B-Instruct": 14.19,
    "Qwen/Qwen2.5-Coder-32B-Instruct": 61.03,
    "meta-llama/Llama-3.3-70B-Instruct": 131.42,
    "mistralai/Mistral-7B-Instruct-v0.3": 13.5,
    "google/gemma-3-4b-it": 8.01,
    "google/gemma-3-27b-it": 51.1,
    "deepseek-ai/DeepSeek-R1-0528": 641.3,
    "Qwen/Qwen3-8B-AWQ": 5.68,
    "openai/gpt-oss-20b": 12.82,
  };
  for (const [name, gibibytes] of Object.entries(sizes) as [ModelName, number][]) {
    it(`of ${name} is ${gibibytes} GiB within 0.1 %`, () => {
      const counted = downloadBytes(models[name]) / 2 ** 30;
      assert.ok(Math.abs(counted / gibibytes - 1) < 0.001, String(counted));
    });
  }
});

function shapeOf({ layers, hiddenSize, intermediateSize, vocabularySize, headStored }: Model): string {
  return [layers, hiddenSize, intermediateSize, vocabularySize, headStored ?? true].join();
}
