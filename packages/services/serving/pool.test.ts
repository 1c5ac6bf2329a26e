import { assert } from "@genai/testing";
import { rolloutStrategy } from "./pool.ts";

describe("rollout strategy", () => {
  const surges = (nodes: number, gpusPerReplica: number, freeGpus: number) =>
    rolloutStrategy({ nodes }, gpusPerReplica, freeGpus).rollingUpdate.maxSurge === 1;

  it("surges with one free GPU per replica of one", () => {
    assert.equal(surges(2, 1, 1), true);
    assert.equal(surges(2, 1, 0), false);
  });

  it("does not count on free GPUs that may be scattered", () => {
    // Two nodes with one free GPU each cannot take a replica of two; a third free GPU makes sure that one node has two.
    assert.equal(surges(2, 2, 2), false);
    assert.equal(surges(2, 2, 3), true);
  });
});
