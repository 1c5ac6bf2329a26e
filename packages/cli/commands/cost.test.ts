import { assert } from "@genai/testing";
import { cost, difference } from "./cost.ts";

const context = { stack: "dev", json: true, context: undefined, signal: new AbortController().signal };

describe("genai cost", () => {
  it("says how much more a month costs", () => {
    const before = { minimum: 10, expected: 20, maximum: 30.1 };
    assert.deepEqual(difference(before, { minimum: 12, expected: 20, maximum: 10 }), {
      minimum: 2,
      expected: 0,
      maximum: -20.1,
    });
  });

  it("names a revision that git does not know", async () => {
    await assert.rejects(
      cost(context, { base: "no-such-revision" }),
      /git has no Pulumi\.dev\.yaml at "no-such-revision"/,
    );
    await assert.rejects(cost(context, { revision: "--output=x" }), /git has no Pulumi\.dev\.yaml at "--output=x"/);
  });
});
