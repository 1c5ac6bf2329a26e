import { assert } from "@genai/testing";
import { throwProblems } from "./index.ts";

describe("throwProblems", () => {
  it("throws everything that was found, once", () => {
    const problems = [
      { path: "genai:a", message: "first" },
      { path: "genai:b", message: "second" },
    ];
    assert.throws(() => throwProblems(problems), /2 problems:\n {2}genai:a: first\n {2}genai:b: second/);
  });
  it("is silent when all is well", () => assert.doesNotThrow(() => throwProblems([])));
});
