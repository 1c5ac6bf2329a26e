import { assert } from "@genai/testing";
import { exampleServer } from "./example-server.ts";
import type { InferenceServerArgs } from "./inference-server.ts";
import { inferenceServerObjects } from "./inference-server.ts";
import { inferenceServerProblems } from "./problems.ts";

const args: InferenceServerArgs = { ...exampleServer, freeGpus: 0 };

/** The only problem with `changes`, as the user reads it. */
function problem(changes: Partial<InferenceServerArgs>, name = "chat"): string {
  const problems = inferenceServerProblems(name, { ...args, ...changes });
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems.map(({ path, message }) => `${path}: ${message}`).join();
}

describe("problems with an inference server", () => {
  it("finds none with good arguments", () => assert.deepEqual(inferenceServerProblems("chat", args), []));

  it("says what fits when the model does not", () => {
    assert.equal(
      problem({ model: "Qwen/Qwen3-32B" }),
      "genai:models.chat.model: Qwen/Qwen3-32B in bfloat16 with contextLength 16384 needs 68.5 GiB on each of 1 × A10, " +
        "of which the engine may use 20.2 GiB. What fits: 4 × A10 with contextLength 16384, or 1 × H100 with contextLength " +
        "16384, or 1 × A100-80GB with contextLength 16384, or 1 × H100-NVL with contextLength 16384",
    );
  });

  it("refuses a replica larger than a node, and more replicas than the pool holds", () => {
    assert.match(problem({ gpusPerReplica: 8 }), /gpusPerReplica: is 8, but a node of pool "a10" has 4 GPUs/);
    assert.match(problem({ maxReplicas: 9 }), /maxReplicas: is 9, but pool "a10" has room for 8 replicas of 1 GPUs/);
  });

  it("refuses bounds that contradict each other", () => {
    assert.match(problem({ minReplicas: 0 }), /minReplicas: is 0, must be at least 1/);
    assert.match(problem({ minReplicas: 3, maxReplicas: 2 }), /maxReplicas: is 2, below minReplicas 3/);
    assert.match(problem({ maximumOutputTokens: 20_000 }), /must be between 1 and contextLength 16384/);
    assert.match(problem({ weights: { bandwidth: 0 } }), /weights\.bandwidth: is 0, must be bytes per second above 0/);
  });

  it("refuses a name that cannot name a Service", () => {
    assert.match(problem({}, "Chat_1"), /genai:models\.Chat_1: "Chat_1" cannot name a Service/);
  });

  it("asks for a token where the model is gated", () => {
    const gated = { model: "meta-llama/Llama-3.1-8B-Instruct" } as const;
    assert.match(problem(gated), /weights\.token: is missing; .* accepted its licence/);
    const weights = { token: { name: "hugging-face", key: "token" } };
    assert.deepEqual(inferenceServerProblems("chat", { ...args, ...gated, weights }), []);
  });

  it("refuses hand-set times below the derived ones, with both numbers", () => {
    assert.match(
      problem({ startupSeconds: 600 }),
      /startupSeconds: is 600, below the 748 that loading 16\.4 GB .*; raise it to 748, or leave it out/,
    );
    assert.match(
      problem({ gracePeriodSeconds: 30 }),
      /gracePeriodSeconds: is 30, below the 230 that an answer of 4096 tokens/,
    );
    assert.deepEqual(inferenceServerProblems("chat", { ...args, startupSeconds: 748, gracePeriodSeconds: 900 }), []);
  });

  it("refuses stages that do not divide the GPUs", () => {
    assert.match(
      problem({ gpusPerReplica: 4, pipelineParallel: 3 }),
      /pipelineParallel: is 3, which does not divide gpusPerReplica 4/,
    );
  });

  it("is thrown whole before anything is made", () => {
    assert.throws(
      () => inferenceServerObjects("chat", { ...args, minReplicas: 0, gpusPerReplica: 8, path: "here" }),
      /2 problems:\n {2}here\.minReplicas: .*\n {2}here\.gpusPerReplica: /,
    );
  });
});
