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

  it("pins every image to a version", () => {
    for (const image of Object.values(images)) assert.match(image, /^[a-z.]+\/[a-z0-9/-]+:v\d+\.\d+\.\d+$/);
  });

  it("knows names from other properties of an object", () => {
    assert.ok(isGpuName("A10") && isModelName("Qwen/Qwen3-8B"));
    assert.ok(!isGpuName("toString") && !isModelName("constructor"));
  });

  // The published config.json gives these; the number of parameters then follows from the architecture.
  const shapes: Record<keyof typeof models, { vocabulary: number; intermediateSize: number; queryKeyNorm: boolean }> = {
    "Qwen/Qwen3-0.6B": { vocabulary: 151_936, intermediateSize: 3072, queryKeyNorm: true },
    "Qwen/Qwen3-8B": { vocabulary: 151_936, intermediateSize: 12_288, queryKeyNorm: true },
    "Qwen/Qwen3-32B": { vocabulary: 151_936, intermediateSize: 25_600, queryKeyNorm: true },
    "meta-llama/Llama-3.1-8B-Instruct": { vocabulary: 128_256, intermediateSize: 14_336, queryKeyNorm: false },
    "meta-llama/Llama-3.3-70B-Instruct": { vocabulary: 128_256, intermediateSize: 28_672, queryKeyNorm: false },
  };
  for (const [name, model] of Object.entries(models) as [keyof typeof models, Model][]) {
    it(`counts the parameters of ${name} from its architecture`, () => {
      const { vocabulary, intermediateSize, queryKeyNorm } = shapes[name];
      const { hiddenSize, layers, attentionHeads, keyValueHeads, headDimension } = model;
      const attention = 2 * hiddenSize * headDimension * (attentionHeads + keyValueHeads);
      const feedForward = 3 * hiddenSize * intermediateSize;
      const norms = 2 * hiddenSize + (queryKeyNorm ? 2 * headDimension : 0);
      const embeddingAndHead = 2 * vocabulary * hiddenSize;
      assert.equal(model.parameters, embeddingAndHead + layers * (attention + feedForward + norms) + hiddenSize);
    });
  }
});
