import { assert } from "@genai/testing";
import { vectorBytes } from "./index.ts";

describe("vectors", () => {
  it("take 1.5 times their elements, as Qdrant's capacity planning says", () => {
    assert.equal(vectorBytes(1_000_000, 1_024), 6_144_000_000);
  });
});
