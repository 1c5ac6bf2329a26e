import { assert } from "@genai/testing";
import { compareSync } from "bcryptjs";
import { isSecret, type PropertyMap, reveal } from "../protocol/values.ts";
import { generators, problemsOf } from "./resources.ts";

function made(type: string, inputs: PropertyMap) {
  const generator = generators[type];
  assert.ok(generator, type);
  return generator(inputs);
}

function password(inputs: PropertyMap): string {
  return String(reveal(made("RandomPassword", inputs).outputs["result"] ?? ""));
}

describe("random stand-in", () => {
  it("keeps passwords secret, also in the id, with a hash that fits", () => {
    const { id, outputs } = made("RandomPassword", { length: 20 });
    assert.equal(id, "none");
    assert.ok(isSecret(outputs["result"] ?? "") && isSecret(outputs["bcryptHash"] ?? ""));
    const [result, hash] = [outputs["result"], outputs["bcryptHash"]].map((value) => String(reveal(value ?? "")));
    assert.ok(compareSync(result ?? "", hash ?? ""));
  });

  it("uses the classes that are on, at least as often as asked", () => {
    for (let run = 0; run < 50; run++) {
      const text = String(
        made("RandomString", { length: 12, special: false, upper: false, minNumeric: 4 }).outputs["result"],
      );
      assert.match(text, /^[a-z0-9]{12}$/);
      assert.ok((text.match(/[0-9]/g) ?? []).length >= 4, text);
    }
    assert.match(password({ length: 8, lower: false, upper: false, numeric: false, overrideSpecial: "_" }), /^_{8}$/);
  });

  it("uses every character of a class", () => {
    const text = password({ length: 5000, lower: false, upper: false, special: false });
    assert.equal(new Set(text).size, 10);
  });

  it("gives an id in all its spellings, and bytes as secrets", () => {
    const { outputs } = made("RandomId", { byteLength: 4, prefix: "p-" });
    const hex = String(outputs["hex"]).slice(2);
    assert.match(hex, /^[0-9a-f]{8}$/);
    assert.equal(outputs["dec"], `p-${Number.parseInt(hex, 16)}`);
    assert.equal(outputs["b64Std"], `p-${Buffer.from(hex, "hex").toString("base64")}`);
    assert.ok(isSecret(made("RandomBytes", { length: 8 }).outputs["hex"] ?? ""));
  });

  it("stays within the bounds of an integer, both included", () => {
    const values = new Set(
      Array.from({ length: 200 }, () => made("RandomInteger", { min: 1, max: 3 }).outputs["result"]),
    );
    assert.deepEqual([...values].toSorted(), [1, 2, 3]);
    assert.match(String(made("RandomUuid", {}).outputs["result"]), /^[0-9a-f-]{36}$/);
  });

  it("refuses what cannot be made", () => {
    const off = { lower: false, upper: false, numeric: false, special: false };
    const cases: [string, PropertyMap, RegExp][] = [
      ["RandomInteger", { min: 3, max: 1 }, /min is 3, which is more than max, 1/],
      ["RandomString", { length: 0 }, /at least 1/],
      ["RandomPassword", { length: 2, minUpper: 3 }, /less than the 3 characters/],
      ["RandomPassword", { length: 2, ...off }, /every class/],
    ];
    for (const [type, inputs, message] of cases) assert.match(problemsOf(type, inputs)[0]?.reason ?? "", message);
    assert.deepEqual(problemsOf("RandomUuid", {}), []);
  });
});
