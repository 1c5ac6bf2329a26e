import { assert } from "@genai/testing";
import { drainBudget, startupBudgetSeconds } from "./index.ts";

describe("startup budget", () => {
  it("follows from the weights and the bandwidth", () => {
    // (16.381 GB / 0.1 GB/s + 210 s) × 2
    assert.equal(startupBudgetSeconds("Qwen/Qwen3-8B"), 748);
    assert.equal(startupBudgetSeconds("Qwen/Qwen3-8B", 1e9), 453);
  });

  it("gives a 70B model far more than the 600 s that charts hard-code", () => {
    assert.equal(startupBudgetSeconds("meta-llama/Llama-3.3-70B-Instruct"), 3243);
  });
});

describe("drain budget", () => {
  it("lets the longest answer finish before the kill", () => {
    assert.deepEqual(drainBudget(4096), { preStopSeconds: 15, drainSeconds: 205, gracePeriodSeconds: 230 });
    assert.equal(drainBudget().gracePeriodSeconds, 230);
  });
});
