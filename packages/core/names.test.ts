import { assert } from "@genai/testing";
import { isDnsLabel, isServiceName, objectName } from "./index.ts";

describe("objectName", () => {
  it("joins its parts", () => assert.equal(objectName("chat", "api-key"), "chat-api-key"));
  it("keeps long names legal and different", () => {
    const [one, two] = [objectName("a".repeat(70), "x"), objectName("a".repeat(70), "y")];
    assert.ok(isDnsLabel(one) && isDnsLabel(two));
    assert.notEqual(one, two);
  });
});

describe("the name of a Service", () => {
  it("begins with a letter, unlike other names", () => {
    assert.deepEqual(["chat", "c-1", "70b", "-a", "Chat", "a".repeat(64)].map(isServiceName), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    assert.ok(isDnsLabel("70b"));
  });
});
