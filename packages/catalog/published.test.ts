import { assert } from "@genai/testing";
import {
  fitsGpu,
  type GpuName,
  gpuOverheadMiB,
  gpus,
  keyValueBytesPerToken,
  mebibyte,
  type ModelName,
  models,
  requestBytes,
  weightsBytesPerGpu,
  weightsMargin,
} from "./index.ts";

const gibibyte = 2 ** 30;

/** The blog post that compares vLLM 0.27.1 on one L4 in three formats: youwins-lab/Blog, 2026-08-22. */
const l4 = "youwins-lab/Blog, 2026-08-22";

describe("memory as vLLM reports it", () => {
  // "Model loading took … GiB", on each of so many GPUs.
  const loaded: [model: ModelName, gpuCount: number, gibibytes: number, source: string][] = [
    ["meta-llama/Llama-3.1-8B-Instruct", 1, 14.9888, "vllm#10517"],
    ["Qwen/Qwen2.5-7B-Instruct", 1, 14.29, l4],
    ["Qwen/Qwen3-30B-A3B", 4, 14.2474, "vllm#17469"],
    ["google/gemma-3-27b-it", 4, 13.1665, "vllm#15676"],
    ["openai/gpt-oss-120b", 1, 65.9651, "vllm#23278, Marlin"],
    ["openai/gpt-oss-120b", 1, 64.38, "vllm#33155, Triton"],
  ];
  for (const [model, tensorParallel, reported, source] of loaded) {
    it(`weights of ${model} on ${tensorParallel} GPUs: ${reported} GiB (${source}), never above the margin, never 3 % below`, () => {
      const ours = weightsBytesPerGpu(models[model], undefined, undefined, { tensorParallel }) / gibibyte;
      assert.ok(reported <= ours * weightsMargin && ours <= reported * 1.03, String(ours));
    });
  }

  it("weights of Qwen2.5-7B quantised to fp8 while loading: 8.18 GiB", () => {
    const ours = weightsBytesPerGpu(models["Qwen/Qwen2.5-7B-Instruct"], "bfloat16", "fp8") / gibibyte;
    assert.ok(8.18 <= ours * weightsMargin && ours <= 8.18, String(ours));
  });

  // "Available KV cache memory" and "GPU KV cache size"; memory is reported to two digits.
  const caches: [model: ModelName, gibibytes: number, tokens: number, source: string][] = [
    ["meta-llama/Llama-3.1-8B-Instruct", 2.89, 23_648, "vllm#10517"],
    ["Qwen/Qwen2.5-7B-Instruct", 5.46, 102_288, l4],
    ["Qwen/Qwen2.5-7B-Instruct", 3.7, 69_328, l4],
  ];
  for (const [model, reported, tokens, source] of caches) {
    it(`${tokens} tokens of ${model} in ${reported} GiB (${source})`, () => {
      const ours = (tokens * keyValueBytesPerToken(models[model])) / gibibyte;
      assert.ok(Math.abs(ours - reported) < 0.01, String(ours));
    });
  }

  it("requests at once: 16.93 of 4096 tokens of Qwen2.5-7B on an L4, of which the margin leaves 15", () => {
    const verdict = fitsGpu("Qwen/Qwen2.5-7B-Instruct", "L4", { contextLength: 4_096 });
    assert.equal(verdict.fits && verdict.concurrentRequests, 15);
  });

  // Tokens that the cache holds at 90 % of the memory: src/helium/constants.py of mlsys-io/helium_demo at 9c0b06e.
  const capacities: [gpu: GpuName, model: ModelName, tokens: number][] = [
    ["H100-NVL", "meta-llama/Llama-3.1-8B-Instruct", 542_960],
    ["H100-NVL", "Qwen/Qwen3-8B", 478_560],
    ["H100-NVL", "Qwen/Qwen3-14B", 350_304],
    ["H100-NVL", "Qwen/Qwen3-32B", 81_648],
    ["RTX-6000-Ada", "meta-llama/Llama-3.1-8B-Instruct", 207_536],
    ["RTX-6000-Ada", "Qwen/Qwen3-8B", 191_568],
    ["RTX-6000-Ada", "Qwen/Qwen3-14B", 92_000],
  ];
  for (const [gpu, name, tokens] of capacities) {
    it(`${tokens} tokens of ${name} on ${gpu}, at most 1.5 % too many and 10 % too few`, () => {
      const fixedMiB = (weightsBytesPerGpu(models[name]) * weightsMargin) / mebibyte + gpuOverheadMiB;
      const ours = ((gpus[gpu].memoryMiB * 0.9 - fixedMiB) * mebibyte) / keyValueBytesPerToken(models[name]);
      assert.ok(ours / tokens < 1.015 && ours / tokens > 0.9, String(ours));
    });
  }
});

describe("memory as llama.cpp reports it", () => {
  it("cache of gpt-oss-120b: 4608 MiB for 131072 tokens in the 18 layers without a window (ollama#16480)", () => {
    const withWindows = requestBytes(models["openai/gpt-oss-120b"], 131_072) / mebibyte;
    // The other 18 layers hold 128 tokens each.
    assert.equal(withWindows, 4_608 + 4.5);
  });
});

describe("active parameters, as published", () => {
  const published: Partial<Record<ModelName, number>> = {
    "Qwen/Qwen3-30B-A3B": 3.3,
    "Qwen/Qwen3-235B-A22B": 22,
    "mistralai/Mixtral-8x7B-Instruct-v0.1": 12.9,
    "deepseek-ai/DeepSeek-V3-0324": 37,
  };
  for (const [name, billions] of Object.entries(published) as [ModelName, number][]) {
    it(`of ${name}: ${billions} B within 2 %`, () => {
      const counted = models[name].activeParameters / 1e9;
      assert.ok(Math.abs(counted / billions - 1) < 0.02, String(counted));
    });
  }

  it("of gpt-oss: 5.13 B and 3.61 B without the embedding (OpenAI's model card, table 1)", () => {
    const counted = (["openai/gpt-oss-120b", "openai/gpt-oss-20b"] as const).map((name) => {
      const { activeParameters, vocabularySize, hiddenSize } = models[name];
      return ((activeParameters - vocabularySize * hiddenSize) / 1e9).toFixed(2);
    });
    assert.deepEqual(counted, ["5.13", "3.61"]);
  });
});
