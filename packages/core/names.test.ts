import { assert } from "@genai/testing";
import { isDnsLabel, objectName } from "./index.ts";

describe("objectName", () => {
  it("joins its parts", () => assert.equal(objectName("chat", "api-key"), "chat-api-key"));
  it("keeps long names legal and different", () => {
    const [one, two] = [objectName("a".repeat(70), "x"), objectName("a".repeat(70), "y")];
    assert.ok(isDnsLabel(one) && isDnsLabel(two));
    assert.notEqual(one, two);
  });
});
