import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { readStackFile } from "./config/index.ts";
import { stackCost } from "./cost.ts";

const file = (stack: string) => readFileSync(join(import.meta.dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8");

function costOf(text: string) {
  const { config } = readStackFile(text);
  assert.ok(config);
  return stackCost(config);
}

describe("cost of a stack", () => {
  it("adds the pools up, each by the GPUs that its models use", () => {
    const { pools, month, unknown } = costOf(file("prod"));
    assert.deepEqual(
      pools.map(({ pool, nodes }) => [pool, nodes.minimum, nodes.maximum]),
      [
        ["system", 3, 3],
        ["l40s", 1, 3],
        ["h100", 1, 3],
      ],
    );
    // 96 CPUs × 0.0248, 4 L40S × 1.45 and 8 H100 × 2.95 dollars, for 730 hours.
    assert.equal(month.minimum, Math.round((96 * 0.0248 + 4 * 1.45 + 8 * 2.95) * 730 * 100) / 100);
    assert.ok(month.minimum < month.expected && month.expected < month.maximum);
    assert.deepEqual(unknown, []);
  });

  it("leaves out of the sum, and names, what has no price", () => {
    const { unknown, pools } = costOf(file("dev").replace("gpu: A10,", "gpu: A30,"));
    assert.deepEqual(unknown, ["a10"]);
    assert.match(pools[1]?.source ?? "", /pricePerGpuHour/);
  });
});
