import { assert } from "@genai/testing";
import { poolCost } from "./index.ts";

const h100 = { name: "h100", gpu: "H100", gpusPerNode: 8, nodes: 4, cpus: 192 };

describe("cost of a pool", () => {
  it("counts whole nodes at the smallest, middle and largest use", () => {
    const { nodes, month } = poolCost(h100, { minimum: 8, maximum: 24 });
    assert.deepEqual(nodes, { minimum: 1, expected: 2, maximum: 3 });
    // 2.95 dollars × 8 GPUs × 730 hours
    assert.deepEqual(month, { minimum: 17_228, expected: 34_456, maximum: 51_684 });
  });

  it("takes all nodes of a pool without GPUs, by its CPUs", () => {
    const { nodes, month } = poolCost({ name: "system", nodes: 3, cpus: 16 }, { minimum: 0, maximum: 0 });
    assert.equal(nodes.minimum, 3);
    assert.equal(Math.round(month?.minimum ?? 0), Math.round(3 * 16 * 0.0248 * 730));
  });

  it("takes the spot price of a spot pool, and says where it has none", () => {
    assert.equal(poolCost({ ...h100, spot: true }, { minimum: 1, maximum: 1 }).unitPrice, 1.25);
    const { unitPrice, source } = poolCost({ ...h100, gpu: "L40S", spot: true }, { minimum: 1, maximum: 1 });
    assert.equal(unitPrice, 1.45);
    assert.match(source, /on demand, for it has no spot price/);
  });

  it("prefers the pool's own price, and does not guess an unknown one", () => {
    assert.equal(poolCost({ ...h100, pricePerGpuHour: 2 }, { minimum: 8, maximum: 8 }).month?.maximum, 11_680);
    const unknown = poolCost({ ...h100, gpu: "H20" }, { minimum: 8, maximum: 8 });
    assert.equal(unknown.month, undefined);
    assert.match(unknown.source, /no price of H20 .* give the pool a pricePerGpuHour/);
  });
});
