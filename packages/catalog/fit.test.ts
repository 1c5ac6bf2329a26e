import { assert } from "@genai/testing";
import {
  defaultContextLength,
  describeConfiguration,
  dtypeFor,
  fitsGpu,
  keyValueBytesPerToken,
  models,
  requestBytes,
} from "./index.ts";

describe("key-value cache", () => {
  it("takes 128 KiB per token for Llama 3.1 8B and 320 KiB for 70B, as llm-d-inference-sim publishes", () => {
    assert.equal(keyValueBytesPerToken(models["meta-llama/Llama-3.1-8B-Instruct"]), 128 * 1024);
    assert.equal(keyValueBytesPerToken(models["meta-llama/Llama-3.3-70B-Instruct"]), 320 * 1024);
  });

  it("stops shrinking when there are more GPUs than key-value heads", () => {
    const model = models["meta-llama/Llama-3.3-70B-Instruct"];
    assert.equal(
      keyValueBytesPerToken(model, { tensorParallel: 16 }),
      keyValueBytesPerToken(model, { tensorParallel: 8 }),
    );
  });
});

describe("cache of a request", () => {
  it("is one compressed vector a layer for latent attention, on every GPU", () => {
    // (512 + 64) × 2 B × 61 layers = 70,272 B: DeepSeek-V3's report, section 2.1.1
    const model = models["deepseek-ai/DeepSeek-V3-0324"];
    assert.equal(keyValueBytesPerToken(model), 70_272);
    assert.equal(keyValueBytesPerToken(model, { tensorParallel: 8 }), 70_272);
  });

  it("stops growing in layers with a window", () => {
    // Of gemma-3-27b's 62 layers 10 see everything: 62 × 8 KiB × 1024 up to the window, then 10 × 8 KiB for each token.
    const model = models["google/gemma-3-27b-it"];
    assert.equal(requestBytes(model, 1_024), 62 * 8_192 * 1_024);
    assert.equal(requestBytes(model, 32_768), (10 * 32_768 + 52 * 1_024) * 8_192);
  });

  it("is a fixed state in linear layers", () => {
    // 12 layers × 2 × 2 heads × 256 × 2 B = 24 KiB for each token, and 36 states of 548,864 elements.
    const model = models["Qwen/Qwen3-Next-80B-A3B-Instruct"];
    assert.equal(requestBytes(model, 1_000), 12 * 2_048 * 1_000 + 36 * 548_864 * 2);
  });

  it("halves in fp8, and is divided between the stages of a pipeline", () => {
    const model = models["meta-llama/Llama-3.3-70B-Instruct"];
    const whole = requestBytes(model, 1_000);
    assert.equal(requestBytes(model, 1_000, { keyValueCacheDtype: "fp8" }), whole / 2);
    assert.equal(requestBytes(model, 1_000, { pipelineParallel: 2, tensorParallel: 4 }), whole / 8);
  });
});

describe("fitsGpu", () => {
  const reasonOf = (...args: Parameters<typeof fitsGpu>) => {
    const verdict = fitsGpu(...args);
    return verdict.fits ? "fits" : verdict.reason;
  };

  it("quantises while loading: Llama-3.3-70B in fp8 fits two H100, in bfloat16 it does not", () => {
    const question = { tensorParallel: 2, contextLength: 16_384 };
    assert.match(reasonOf("meta-llama/Llama-3.3-70B-Instruct", "H100", question), /in bfloat16 .* needs 71\.8 GiB/);
    assert.equal(reasonOf("meta-llama/Llama-3.3-70B-Instruct", "H100", { ...question, quantization: "fp8" }), "fits");
  });

  it("fits gpt-oss-120b on one H100, as its model card says, but not with its full context, as vllm#27508 found", () => {
    assert.equal(reasonOf("openai/gpt-oss-120b", "H100", { contextLength: 32_768 }), "fits");
    assert.match(reasonOf("openai/gpt-oss-120b", "H100"), /in mxfp4 with contextLength 131072 needs 74\.0 GiB/);
  });

  it("counts no more requests at once than the engine schedules", () => {
    const verdict = fitsGpu("Qwen/Qwen3-0.6B", "B200", { contextLength: 1_024 });
    assert.equal(verdict.fits && verdict.concurrentRequests, 256);
  });

  it("gives the longest stage of an uneven pipeline its share: 20 of 39 layers are more than half", () => {
    const model = { ...models["Qwen/Qwen3-14B"], layers: 39 };
    assert.equal(requestBytes(model, 1_000, { pipelineParallel: 2 }) / requestBytes(model, 1_000), 20 / 39);
  });

  it("fits DeepSeek-R1 on 8 H200 and not on 8 H100, as its deployments do", () => {
    const question = { tensorParallel: 8, contextLength: 32_768 };
    assert.equal(reasonOf("deepseek-ai/DeepSeek-R1-0528", "H200", question), "fits");
    assert.match(reasonOf("deepseek-ai/DeepSeek-R1-0528", "H100", question), /in fp8 .* on each of 8 × H100/);
  });

  it("refuses a quantisation that the weights or the GPU do not allow", () => {
    assert.match(
      reasonOf("openai/gpt-oss-20b", "H100", { quantization: "fp8" }),
      /is published in mxfp4 and cannot be/,
    );
    assert.match(
      reasonOf("Qwen/Qwen3-8B", "H100", { quantization: "awq" }),
      /awq needs weights that were published so/,
    );
    assert.match(reasonOf("Qwen/Qwen3-8B", "T4", { quantization: "fp8" }), /cannot run fp8, which needs 8\.0/);
    assert.match(
      reasonOf("Qwen/Qwen3-8B", "A10", { keyValueCacheDtype: "fp8" }),
      /has no fp8, which keyValueCacheDtype/,
    );
  });

  it("refuses more stages than layers", () => {
    assert.match(reasonOf("Qwen/Qwen3-8B", "H100", { pipelineParallel: 37 }), /36 layers, too few for 37 stages/);
  });

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
      { gpu: "A10", tensorParallel: 1, contextLength: 40_960, quantization: "fp8" },
    ]);
  });

  it("takes the longest context that fits where nothing is said", () => {
    assert.equal(defaultContextLength("Qwen/Qwen3-8B", "A10"), 16_384);
    assert.equal(defaultContextLength("Qwen/Qwen3-8B", "H100"), 40_960);
    assert.equal(defaultContextLength("Qwen/Qwen3-32B", "A10"), 40_960);
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
