import { assert } from "@genai/testing";
import { rolloutFor } from "./index.ts";

const surge = { maxSurge: 1, maxUnavailable: 0 };
const replace = { maxSurge: 0, maxUnavailable: 1 };

describe("rolling update", () => {
  it("surges when free GPUs must include enough on one node", () => {
    assert.deepEqual(rolloutFor({ nodes: 2, gpusPerReplica: 1, freeGpus: 1 }), surge);
    assert.deepEqual(rolloutFor({ nodes: 2, gpusPerReplica: 4, freeGpus: 7 }), surge);
  });

  it("gives up a replica first when they may be spread too thin", () => {
    assert.deepEqual(rolloutFor({ nodes: 2, gpusPerReplica: 1, freeGpus: 0 }), replace);
    assert.deepEqual(rolloutFor({ nodes: 2, gpusPerReplica: 4, freeGpus: 6 }), replace);
  });
});
