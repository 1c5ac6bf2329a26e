import { assert } from "@genai/testing";
import { isQuantity, milliUnits } from "./index.ts";

describe("milliUnits", () => {
  // Expected values follow k8s.io/apimachinery/pkg/api/resource.
  const cases: [string, bigint][] = [
    ["0", 0n],
    ["500m", 500n],
    ["2", 2000n],
    ["0.1", 100n],
    ["1.5Gi", 1_610_612_736_000n],
    ["100n", 1n],
    ["2e3", 2_000_000n],
    ["12e-1", 1200n],
    ["1E", 10n ** 21n],
    ["-1", -1000n],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => assert.equal(milliUnits(text), expected));
  }
  for (const text of ["", "1 Gi", "Gi", "1.2.3", "1gi", "NaN", "1e999", "1e9999999"]) {
    it(`refuses "${text}"`, () => {
      assert.equal(isQuantity(text), false);
      assert.throws(() => milliUnits(text), /is no Kubernetes quantity/);
    });
  }
});
