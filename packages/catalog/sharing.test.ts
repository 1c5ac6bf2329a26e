import { assert } from "@genai/testing";
import { sharingFor } from "./index.ts";

describe("GPU sharing", () => {
  it("gives one process the whole GPU", () => {
    assert.equal(sharingFor({ gpu: "H100", neededMiB: 4_000, processes: 1, acrossTenants: false }).mode, "whole");
  });

  it("takes the smallest MIG profile with enough memory, when it has enough instances", () => {
    const sharing = sharingFor({ gpu: "H100", neededMiB: 6_000, processes: 7, acrossTenants: true });
    assert.deepEqual(sharing.mode === "mig" && [sharing.profile.name, sharing.profile.instances], ["1g.10gb", 7]);
    const larger = sharingFor({ gpu: "H100", neededMiB: 15_000, processes: 3, acrossTenants: true });
    assert.equal(larger.mode === "mig" && larger.profile.name, "1g.20gb");
  });

  it("never shares between tenants without MIG", () => {
    const old = sharingFor({ gpu: "L40S", neededMiB: 6_000, processes: 4, acrossTenants: true });
    assert.deepEqual(old, { mode: "whole", reason: "L40S has no MIG, and nothing else isolates tenants" });
    const large = sharingFor({ gpu: "H100", neededMiB: 60_000, processes: 2, acrossTenants: true });
    assert.match(large.reason, /no MIG profile with two instances is large enough/);
  });

  it("shares within a tenant by MPS as far as the memory goes, and by time-slicing what comes and goes", () => {
    const mps = sharingFor({ gpu: "L40S", neededMiB: 9_000, processes: 8, acrossTenants: false });
    assert.deepEqual(mps.mode === "mps" && mps.replicas, 4);
    const none = sharingFor({ gpu: "L40S", neededMiB: 30_000, processes: 2, acrossTenants: false });
    assert.equal(none.mode, "whole");
    const batch = sharingFor({ gpu: "L40S", neededMiB: 9_000, processes: 8, acrossTenants: false, resident: false });
    assert.equal(batch.mode, "timeSlicing");
  });
});
