import { assert } from "@genai/testing";
import { gpus, isGpuName, migInstances, offeredResources, sharingRefusal } from "./index.ts";

const mixed = (profiles: Record<string, number>) => ({ mode: "migMixed", profiles }) as const;
const slices = { mode: "timeSlicing", replicas: 4, renameByDefault: false, failRequestsGreaterThanOne: true } as const;

describe("sharing the GPUs of a pool", () => {
  it("offers whole GPUs, shares of them, or MIG instances", () => {
    assert.deepEqual(offeredResources("A10", 4, { mode: "none" }), { "nvidia.com/gpu": 4 });
    assert.deepEqual(offeredResources("A10", 4, slices), { "nvidia.com/gpu": 16 });
    const renamed = { mode: "mps", replicas: 2, renameByDefault: true } as const;
    assert.deepEqual(offeredResources("A10", 4, renamed), { "nvidia.com/gpu.shared": 8 });
    assert.deepEqual(offeredResources("H100", 8, { mode: "migSingle", profile: "1g.10gb" }), { "nvidia.com/gpu": 56 });
    assert.deepEqual(offeredResources("H100", 8, mixed({ "1g.10gb": 2, "3g.40gb": 1 })), {
      "nvidia.com/mig-1g.10gb": 16,
      "nvidia.com/mig-3g.40gb": 8,
    });
  });

  it("accepts every profile of the catalogue by itself, and what NVIDIA calls all-balanced", () => {
    for (const [name, { migProfiles }] of Object.entries(gpus)) {
      assert.ok(isGpuName(name));
      for (const { name: profile, instances } of migProfiles) {
        assert.equal(sharingRefusal(name, { mode: "migSingle", profile }), undefined, `${name} ${profile}`);
        assert.deepEqual(migInstances(name, { mode: "migSingle", profile }), { [profile]: instances });
      }
    }
    assert.equal(sharingRefusal("H100", mixed({ "1g.10gb": 2, "2g.20gb": 1, "3g.40gb": 1 })), undefined);
    assert.equal(sharingRefusal("A30", mixed({ "1g.6gb": 2, "2g.12gb": 1 })), undefined);
  });

  it("refuses what the GPU has no room for, and what it is not", () => {
    assert.match(sharingRefusal("H100", mixed({ "3g.40gb": 3 })) ?? "", /take 9 slices of compute, and H100 has 7/);
    assert.match(sharingRefusal("H100", mixed({ "1g.20gb": 5 })) ?? "", /take 10 slices of memory, and H100 has 8/);
    assert.match(
      sharingRefusal("H100", mixed({ "1g.5gb": 1 })) ?? "",
      /"1g\.5gb" is no MIG profile of H100; it has 1g/,
    );
    assert.match(sharingRefusal("A10", { mode: "migSingle", profile: "1g.5gb" }) ?? "", /A10 cannot be split by MIG/);
    assert.equal(sharingRefusal("A10", slices), undefined);
  });
});
