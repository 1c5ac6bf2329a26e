import * as pulumi from "@pulumi/pulumi";
import { assert } from "./assert.ts";
import { registeredBy } from "./pulumi-mocks.ts";

class Thing extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, inputs, options);
  }
}

describe("registeredBy", () => {
  it("returns everything that a program registers, with plain values for outputs and secrets", async () => {
    const resources = await registeredBy(() => {
      const first = new Thing("first", { key: pulumi.secret("hidden") });
      new Thing("second", { of: first.id, list: [pulumi.output(1)] });
    });
    assert.deepEqual(resources, [
      { type: "test:index:Thing", name: "first", inputs: { key: "hidden" } },
      { type: "test:index:Thing", name: "second", inputs: { of: "first-id", list: [1] } },
    ]);
  });
});
