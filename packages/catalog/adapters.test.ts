import { assert } from "@genai/testing";
import { adapterBytesPerGpu, adapterElements, adapterSlots, canAdapt, fitsGpu, models } from "./index.ts";

const llama = models["meta-llama/Llama-3.1-8B-Instruct"];

describe("adapters", () => {
  it("get slots of the next rank that the engine has, one for each", () => {
    assert.deepEqual(adapterSlots([8, 16, 20]), { count: 3, rank: 32 });
    assert.deepEqual(adapterSlots([512]), { count: 1, rank: 512 });
    assert.equal(adapterSlots([]), undefined);
  });

  it("take two vectors for each matrix: 81,920 elements in a layer of Llama 3.1 8B", () => {
    // 3 × 4096 + 6144 for queries, keys and values, 2 × 4096 for their output, 2 × 4096 + 2 × 14336 for gate and up, 14336 + 4096 for down.
    const layers = 32 * 81_920;
    assert.equal(adapterElements(llama), layers + 2 * (4096 + 128_256));
    assert.equal(adapterBytesPerGpu(llama, { count: 2, rank: 16 }), 2 * 2 * 16 * adapterElements(llama));
    assert.equal(adapterBytesPerGpu(llama, undefined), 0);
  });

  it("are divided between GPUs on one side only, and between stages by their layers", () => {
    // What stays whole: 3 × 4096 + 4096 + 2 × 4096 + 4096; what is halved: 6144 + 4096 + 28672 + 14336.
    assert.equal(adapterElements(llama, { tensorParallel: 2 }), 32 * (28_672 + 53_248 / 2) + 2 * (4096 + 128_256));
    assert.equal(adapterElements(llama, { pipelineParallel: 2 }), 16 * 81_920 + 2 * (4096 + 128_256));
  });

  it("take room for every expert, and for what a latent attention is made of", () => {
    const sparse = models["Qwen/Qwen3-30B-A3B"];
    const experts = 48 * 128 * 3 * (2048 + 768);
    assert.ok(adapterElements(sparse) > experts && adapterElements(sparse) < experts * 1.1);
    // 7168 → 1536 → 128 × 192, 7168 → 576, 512 → 128 × 256, 128 × 128 → 7168
    const attention = 7168 + 1536 + (1536 + 24_576) + (7168 + 576) + (512 + 32_768) + (16_384 + 7168);
    const { layers } = models["deepseek-ai/DeepSeek-V3-0324"];
    assert.ok(adapterElements(models["deepseek-ai/DeepSeek-V3-0324"]) > layers * attention);
  });

  it("count in the fit, and are refused where their size is not known", () => {
    const room = (slots?: { count: number; rank: number }) =>
      fitsGpu("Qwen/Qwen3-8B", "A10", { contextLength: 8192, adapterSlots: slots });
    const [without, with_] = [room(), room({ count: 1, rank: 64 })];
    assert.ok(without.fits && with_.fits && with_.neededMiB > without.neededMiB);
    const many = room({ count: 16, rank: 64 });
    assert.ok(!many.fits);
    assert.match(many.reason, /with contextLength 8192 and 16 adapters of rank 64 needs/);
    const unchanged = many.alternatives.filter(({ quantization }) => quantization === undefined);
    assert.ok(
      unchanged.length > 0 && unchanged.every(({ gpu, tensorParallel }) => gpu !== "A10" || tensorParallel > 1),
    );
    assert.ok(!canAdapt(models["Qwen/Qwen3-Next-80B-A3B-Instruct"]));
    const hybrid = fitsGpu("Qwen/Qwen3-Next-80B-A3B-Instruct", "H200", {
      tensorParallel: 2,
      adapterSlots: { count: 1, rank: 8 },
    });
    assert.ok(!hybrid.fits && hybrid.about === "adapterSlots");
  });
});
