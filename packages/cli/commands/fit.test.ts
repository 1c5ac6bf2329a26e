import { type GpuName, gpus, type ModelName } from "@genai/catalog";
import { assert } from "@genai/testing";
import { UserError } from "../errors.ts";
import { fit, type FitQuestion, fitRows } from "./fit.ts";
import { findModel } from "./fit-names.ts";

/** What a question prints, and the error that it ends with. */
function ask(model: string, question: FitQuestion = {}, json = false): { printed: string; error?: string } {
  const lines: string[] = [];
  const { log } = console;
  console.log = (text: string) => void lines.push(text);
  try {
    fit(model, question, json);
    return { printed: lines.join("\n") };
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return { printed: lines.join("\n"), error: `${error.exitCode} ${error.message}` };
  } finally {
    console.log = log;
  }
}

const rowOn = (model: ModelName, gpu: GpuName, question: FitQuestion = {}) => {
  const [row] = fitRows(model, question, [gpu]);
  assert.ok(row);
  return row;
};

describe("genai fit", () => {
  it("gives each GPU the smallest replica that fits", () => {
    const rows = fitRows("Qwen/Qwen3-8B", { context: 8192 }, Object.keys(gpus) as GpuName[]);
    assert.equal(rows.length, Object.keys(gpus).length);
    const a10 = rows.find(({ gpu }) => gpu === "A10");
    assert.deepEqual([a10?.gpusPerReplica, a10?.verdict.fits], [1, true]);
  });

  it("counts the replicas that hold all users at once, with the fewest GPUs, and what they cost", () => {
    const one = rowOn("Qwen/Qwen3-8B", "A10", { context: 8192 });
    const many = rowOn("Qwen/Qwen3-8B", "A10", { context: 8192, users: 100 });
    assert.deepEqual([one.gpusPerReplica, one.replicas, one.dollarsPerHour], [1, 1, 0.75]);
    // A replica of 1, 2, 4 and 8 GPUs holds 2, 18, 49 and 113 requests: 50, 12, 12 and 8 GPUs in all.
    assert.deepEqual([many.gpusPerReplica, many.replicas, many.dollarsPerHour], [8, 1, 6]);
  });

  it("tries only numbers of GPUs that can share the heads", () => {
    const { verdict, gpusPerReplica } = rowOn("microsoft/phi-4", "A2");
    assert.ok(!verdict.fits && gpusPerReplica === 2);
    assert.match(verdict.reason, /needs .* on each of 2 × A2/);
  });

  it("shows what fits, the cheapest first, then what does not and why", () => {
    const { printed, error } = ask("openai/gpt-oss-120b", { context: 32_768, users: 50 });
    assert.equal(error, undefined);
    const lines = printed.split("\n");
    assert.equal(lines[0], "openai/gpt-oss-120b: 50 requests of 32768 tokens");
    const place = (gpu: string) => lines.findIndex((line) => line.includes(` ${gpu} `));
    assert.ok(place("H200") < place("B200") && place("B200") < place("RTX-5090") && place("RTX-5090") < place("T4"));
    assert.match(lines[place("T4")] ?? "", /8 │ cannot run mxfp4, which needs 8\.0 +│ +– │/);
  });

  it("says why a GPU does not do, and what would", () => {
    const { printed, error } = ask("deepseek-ai/DeepSeek-R1-0528", { gpu: "h100" });
    assert.match(printed, /8 │ █{20} 92\.9 GiB of 71\.7 GiB/);
    assert.match(
      error ?? "",
      /^1 deepseek.* needs 92\.9 GiB on each of 8 × H100.*\nWhat fits: 8 × H200 with contextLength 163840/,
    );
  });

  it("says once that a model fits nowhere", () => {
    const { error } = ask("Qwen/Qwen3-235B-A22B-Instruct-2507", { gpu: "T4" });
    assert.match(error ?? "", /^1 Qwen/);
    const rows = ask("openai/gpt-oss-20b", { quantization: "fp8" });
    assert.equal(rows.error, "1 It fits none of these.");
    assert.match(rows.printed, /is published in mxfp4 and cannot be quantised to fp8/);
  });

  it("refuses a longer request than the model reads, before any table", () => {
    const { printed, error } = ask("Qwen/Qwen3-8B", { context: 999_999 });
    assert.deepEqual([printed, error], ["", "2 Qwen/Qwen3-8B reads at most 40960 tokens, not 999999"]);
  });

  it("prints JSON and nothing else", () => {
    const { printed } = ask("qwen3-8b", { gpu: "a10", context: 8192 }, true);
    const { model, context, rows } = JSON.parse(printed) as { model: string; context: number; rows: { gpu: string }[] };
    assert.deepEqual([model, context, rows.map(({ gpu }) => gpu)], ["Qwen/Qwen3-8B", 8192, ["A10"]]);
  });
});

describe("genai fit for other models", () => {
  it("says what an embedding model takes, on CPU and on each GPU", () => {
    const { printed } = ask("BAAI/bge-m3", {}, true);
    const { dimension, rows } = JSON.parse(printed) as { dimension: number; rows: { on: string; refusal?: string }[] };
    assert.deepEqual([dimension, rows.length, rows[0]?.on], [1024, Object.keys(gpus).length + 1, "CPU"]);
    assert.match(rows.find(({ on }) => on === "V100-32GB")?.refusal ?? "", /no image/);
    assert.match(ask("bge-m3").printed, /^BAAI\/bge-m3: texts of at most 8192 tokens, vectors of 1024 elements\n/);
  });

  it("ends with the reason where an embedding model does not run", () => {
    const { error } = ask("BAAI/bge-m3", { gpu: "V100-32GB" });
    assert.match(error ?? "", /^1 V100-32GB \(compute capability 7\.0\) has no image of Text Embeddings Inference/);
  });

  it("answers for rerankers and speech", () => {
    assert.match(ask("BAAI/bge-reranker-v2-m3", { gpu: "L4" }).printed, /L4 .*GiB of 22\.5 GiB/);
    const { printed } = ask("openai/whisper-large-v3", { gpu: "T4", users: 60 });
    assert.match(printed, /^openai\/whisper-large-v3: 60 requests of 30 s of audio\n/);
    // 13.5 − 2.9 × 1.02 − 2.3 GiB, at 304.4 MiB a request.
    assert.match(printed, / T4 +│ +1 │ .*5\.5 GiB of 13\.5 GiB +│ +27 │.*│ +3 │/);
  });

  it("refuses an option that means nothing for them", () => {
    assert.equal(
      ask("BAAI/bge-m3", { users: 5, context: 512 }).error,
      "2 --context, --users: means nothing for BAAI/bge-m3, which generates no text; leave it out",
    );
  });
});

describe("the name of a model", () => {
  it("may be written in any case, and without its organisation", () => {
    assert.deepEqual(
      ["Qwen/Qwen3-8B", "qwen/qwen3-8b", "Qwen3-8B", "BGE-M3"].map((name) => findModel(name).name),
      ["Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "BAAI/bge-m3"],
    );
  });

  const misspelt: [given: string, said: RegExp][] = [
    [
      "llama-3.3-70b",
      /^The catalogue has no model "llama-3\.3-70b"; there is meta-llama\/Llama-3\.3-70B-Instruct\nList them: genai models$/,
    ],
    ["whisper", /there is openai\/whisper-large-v3, openai\/whisper-large-v3-turbo\n/],
    ["qwen", /there is Qwen\/Qwen3-0\.6B, .* and \d+ more\n/],
    ["BAAI/bge-m4", /\. Did you mean "BAAI\/bge-m3"\?/],
    ["Qwen3-9B", /\. Did you mean "Qwen3-\dB"\?/],
    ["toString", /^The catalogue has no model "toString"\nList them/],
  ];
  for (const [given, said] of misspelt)
    it(`is looked for: ${given}`, () =>
      assert.throws(
        () => findModel(given),
        (error: Error) => said.test(error.message),
      ));

  it("of a GPU is as forgiving", () => {
    assert.match(ask("Qwen3-8B", { gpu: "A1O" }).error ?? "", /no GPU "A1O"; it has T4, .*Did you mean "A10"\?/);
  });
});
