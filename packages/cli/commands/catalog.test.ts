import { gpus } from "@genai/catalog";
import { assert } from "@genai/testing";
import { fit, fitRows } from "./catalog.ts";

describe("genai fit", () => {
  it("gives each GPU the smallest replica that fits", () => {
    const rows = fitRows("Qwen/Qwen3-8B", { context: 8192 });
    assert.equal(rows.length, Object.keys(gpus).length);
    const a10 = rows.find(({ gpu }) => gpu === "A10");
    assert.deepEqual([a10?.gpusPerReplica, a10?.verdict.fits], [1, true]);
  });

  it("counts the replicas that hold all users at once", () => {
    const [one] = fitRows("Qwen/Qwen3-8B", { gpu: "A10", context: 8192 });
    const [many] = fitRows("Qwen/Qwen3-8B", { gpu: "A10", context: 8192, users: 100 });
    assert.ok(one?.verdict.fits);
    const { concurrentRequests } = one.verdict as { concurrentRequests: number };
    assert.deepEqual([one.replicas, many?.replicas], [1, Math.ceil(100 / concurrentRequests)]);
  });

  it("gives the reason where nothing fits", () => {
    const [row] = fitRows("meta-llama/Llama-3.3-70B-Instruct", { gpu: "T4" });
    assert.ok(row && !row.verdict.fits && row.replicas === undefined);
    assert.match((row.verdict as { reason: string }).reason, /needs .* on each of 8 × T4/);
  });

  it("tries only numbers of GPUs that can share the heads", () => {
    const [row] = fitRows("microsoft/phi-4", { gpu: "A2" });
    assert.ok(row && !row.verdict.fits && row.gpusPerReplica === 2);
    assert.match(row.verdict.reason, /needs .* on each of 2 × A2/);
  });

  it("says what an embedding model takes, on CPU and on each GPU", () => {
    const printed: string[] = [];
    const { log } = console;
    console.log = (text: string) => void printed.push(text);
    try {
      fit("BAAI/bge-m3", {}, true);
    } finally {
      console.log = log;
    }
    const { dimension, rows } = JSON.parse(printed.join("")) as {
      dimension: number;
      rows: { on: string; refusal?: string }[];
    };
    assert.deepEqual([dimension, rows.length, rows[0]?.on], [1024, Object.keys(gpus).length + 1, "CPU"]);
    assert.match(rows.find(({ on }) => on === "V100-32GB")?.refusal ?? "", /no image/);
  });

  it("names the nearest model and GPU for a misspelt one", () => {
    assert.throws(() => fit("Qwen/Qwen3-8b", {}, true), /no model "Qwen\/Qwen3-8b"\. Did you mean "Qwen\/Qwen3-8B"\?/);
    assert.throws(() => fit("Qwen/Qwen3-8B", { gpu: "A1O" }, true), /Did you mean "A10"\?/);
  });
});
