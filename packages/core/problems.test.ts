import { assert } from "@genai/testing";
import { Problems } from "./index.ts";

describe("Problems", () => {
  it("throws everything that was found, once", () => {
    const problems = new Problems();
    problems.add("genai:a", "first");
    problems.add("genai:b", "second");
    assert.throws(() => problems.throwIfAny(), /2 problems:\n {2}genai:a: first\n {2}genai:b: second/);
  });
  it("is silent when all is well", () => assert.doesNotThrow(() => new Problems().throwIfAny()));
});
