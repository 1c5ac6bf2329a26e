import { assert } from "@genai/testing";
import { describeConfiguration, dtypeFor, fitsGpu, keyValueBytesPerToken, models } from "./index.ts";

describe("key-value cache", () => {
  it("takes 128 KiB per token for Llama 3.1 8B and 320 KiB for 70B, as llm-d-inference-sim publishes", () => {
    assert.equal(keyValueBytesPerToken(models["meta-llama/Llama-3.1-8B-Instruct"]), 128 * 1024);
    assert.equal(keyValueBytesPerToken(models["meta-llama/Llama-3.3-70B-Instruct"]), 320 * 1024);
  });

  it("stops shrinking when there are more GPUs than key-value heads", () => {
    const model = models["meta-llama/Llama-3.3-70B-Instruct"];
    assert.equal(keyValueBytesPerToken(model, 16), keyValueBytesPerToken(model, 8));
  });
});

describe("fitsGpu", () => {
  it("accepts Qwen3-8B on one A10 with 16384 tokens, by hand", () => {
    // 16,381,470,720 B × 1.02 = 15,935.0 MiB, + 2,356 MiB, + 16384 × 144 KiB = 2,304 MiB; available 23,028 × 0.9.
    const verdict = fitsGpu("Qwen/Qwen3-8B", "A10", { contextLength: 16_384 });
    assert.deepEqual(verdict, { fits: true, neededMiB: 20_596, availableMiB: 20_725, concurrentRequests: 1 });
  });

  it("refuses its full context there, and proposes a shorter one first", () => {
    const verdict = fitsGpu("Qwen/Qwen3-8B", "A10");
    assert.ok(!verdict.fits);
    assert.match(verdict.reason, /Qwen3-8B in bfloat16 with contextLength 40960 needs 23\.5 GiB on each of 1 × A10/);
    assert.deepEqual(verdict.alternatives.slice(0, 2), [
      { gpu: "A10", tensorParallel: 1, contextLength: 16_384 },
      { gpu: "A10", tensorParallel: 2, contextLength: 40_960 },
    ]);
  });

  it("proposes the nearest configurations for a model that is far too large", () => {
    const verdict = fitsGpu("Qwen/Qwen3-32B", "A10", { contextLength: 16_384 });
    assert.ok(!verdict.fits);
    assert.deepEqual(verdict.alternatives.map(describeConfiguration), [
      "4 × A10 with contextLength 16384",
      "1 × H100 with contextLength 16384",
      "1 × A100-80GB with contextLength 16384",
      "1 × H100-NVL with contextLength 16384",
    ]);
  });

  it("proposes another GPU when no number of the wanted one is enough", () => {
    const verdict = fitsGpu("meta-llama/Llama-3.3-70B-Instruct", "T4");
    assert.ok(!verdict.fits);
    assert.ok(verdict.alternatives.length > 0);
    assert.ok(verdict.alternatives.every(({ gpu }) => gpu !== "T4"));
  });

  it("runs in float16 on a GPU without bfloat16, and refuses bfloat16 there", () => {
    assert.equal(dtypeFor("Qwen/Qwen3-0.6B", "T4"), "float16");
    assert.ok(fitsGpu("Qwen/Qwen3-0.6B", "T4").fits);
    const verdict = fitsGpu("Qwen/Qwen3-0.6B", "T4", { dtype: "bfloat16" });
    assert.ok(!verdict.fits);
    assert.match(verdict.reason, /T4 \(compute capability 7\.5\) has no bfloat16/);
  });

  it("refuses a number of GPUs that does not divide the heads, and a context beyond the model's", () => {
    const three = fitsGpu("Qwen/Qwen3-8B", "H100", { tensorParallel: 3 });
    assert.ok(!three.fits);
    assert.match(
      three.reason,
      /32 attention heads and 8 key-value heads, which 3 GPUs cannot share evenly; use 1, 2, 4, 8/,
    );
    const keys = fitsGpu("microsoft/phi-4", "H100", { tensorParallel: 4 });
    assert.ok(!keys.fits);
    assert.match(keys.reason, /10 key-value heads, which 4 GPUs cannot share evenly; use 1, 2$/);
    const long = fitsGpu("Qwen/Qwen3-8B", "H100", { contextLength: 100_000 });
    assert.ok(!long.fits);
    assert.match(long.reason, /reads at most 40960 tokens, not 100000/);
  });
});
