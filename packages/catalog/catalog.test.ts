import { assert } from "@genai/testing";
import { gpus, images, isGpuName, isModelName, type Model, models } from "./index.ts";

describe("catalogue", () => {
  it("names a source for every GPU and model", () => {
    for (const row of [...Object.values(gpus), ...Object.values(models)]) assert.ok(row.source.length > 20, row.source);
  });

  it("gives every GPU a product of its own", () => {
    const products = Object.values(gpus).map(({ product }) => product);
    assert.equal(new Set(products).size, products.length);
  });

  it("has at least 20 GPUs, whose family follows from their compute capability as GPU feature discovery says", () => {
    assert.ok(Object.keys(gpus).length >= 20);
    const families: [atLeast: number, family: string][] = [
      [10, "blackwell"],
      [9, "hopper"],
      [8.9, "ada-lovelace"],
      [8, "ampere"],
      [7.5, "turing"],
      [7, "volta"],
    ];
    for (const [name, { computeCapability, family }] of Object.entries(gpus))
      assert.equal(family, families.find(([atLeast]) => Number(computeCapability) >= atLeast)?.[1], name);
  });

  it("pins every image to a version", () => {
    for (const image of Object.values(images)) assert.match(image, /^[a-z.]+\/[a-z0-9/-]+:v\d+\.\d+\.\d+$/);
  });

  it("knows names from other properties of an object", () => {
    assert.ok(isGpuName("A10") && isModelName("Qwen/Qwen3-8B"));
    assert.ok(!isGpuName("toString") && !isModelName("constructor"));
  });

  it("has at least 40 models, each complete", () => {
    const rows = Object.values(models) as Model[];
    assert.ok(rows.length >= 40, String(rows.length));
    for (const { attentionHeads, keyValueHeads, contextLength, licence } of rows) {
      assert.equal(attentionHeads % keyValueHeads, 0);
      assert.ok(contextLength >= 2048 && licence.length > 0);
    }
  });

  // What the repositories publish as the total of their safetensors files.
  const published: Partial<Record<keyof typeof models, number>> = {
    "Qwen/Qwen3-0.6B": 751_632_384,
    "Qwen/Qwen3-1.7B": 2_031_739_904,
    "Qwen/Qwen3-4B": 4_022_468_096,
    "Qwen/Qwen3-8B": 8_190_735_360,
    "Qwen/Qwen3-14B": 14_768_307_200,
    "Qwen/Qwen3-32B": 32_762_123_264,
    "Qwen/QwQ-32B": 32_763_876_352,
    "Qwen/Qwen2.5-0.5B-Instruct": 494_032_768,
    "Qwen/Qwen2.5-1.5B-Instruct": 1_543_714_304,
    "Qwen/Qwen2.5-3B-Instruct": 3_085_938_688,
    "Qwen/Qwen2.5-7B-Instruct": 7_615_616_512,
    "Qwen/Qwen2.5-14B-Instruct": 14_770_033_664,
    "Qwen/Qwen2.5-72B-Instruct": 72_706_203_648,
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": 1_777_088_000,
    "meta-llama/Llama-3.2-1B-Instruct": 1_235_814_400,
    "meta-llama/Llama-3.2-3B-Instruct": 3_212_749_824,
    "meta-llama/Llama-3.1-8B-Instruct": 8_030_261_248,
    "meta-llama/Llama-3.1-70B-Instruct": 70_553_706_496,
    "microsoft/phi-4": 14_659_507_200,
    "microsoft/Phi-4-mini-instruct": 3_836_021_760,
    "tiiuae/Falcon3-7B-Instruct": 7_455_550_464,
    "tiiuae/Falcon3-10B-Instruct": 10_305_653_760,
    "HuggingFaceTB/SmolLM2-1.7B-Instruct": 1_711_376_384,
    "ibm-granite/granite-3.3-8b-instruct": 8_170_864_640,
    "01-ai/Yi-1.5-9B-Chat": 8_829_407_232,
    "01-ai/Yi-1.5-34B-Chat": 34_388_917_248,
  };
  for (const [name, total] of Object.entries(published) as [keyof typeof models, number][]) {
    it(`counts the parameters of ${name} from its architecture as published`, () => {
      assert.equal(models[name].parameters, total);
    });
  }

  it("has a published total for every architecture", () => {
    const checked = new Set(Object.keys(published).map((name) => shapeOf(models[name as keyof typeof models])));
    for (const [name, model] of Object.entries(models)) {
      assert.ok(checked.has(shapeOf(model)), `${name}: no model of its shape has a published total above`);
    }
  });
});

function shapeOf({ layers, hiddenSize, intermediateSize, vocabularySize, headStored }: Model): string {
  return [layers, hiddenSize, intermediateSize, vocabularySize, headStored].join();
}
