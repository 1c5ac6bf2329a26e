import { assert, registeredBy } from "@genai/testing";
import { ObjectsComponent, type ObjectOf } from "./index.ts";

interface ExampleObjects extends Record<string, ObjectOf<"ConfigMap"> | undefined> {
  config: ObjectOf<"ConfigMap">;
  extra: ObjectOf<"ConfigMap"> | undefined;
}

class Example extends ObjectsComponent<ExampleObjects> {
  constructor(name: string, objects: ExampleObjects) {
    super("test:Example", name, objects);
    this.registerOutputs({});
  }
}

describe("ObjectsComponent", () => {
  it("registers each object as a child named after its key, and none for an absent one", async () => {
    const config: ObjectOf<"ConfigMap"> = { apiVersion: "v1", kind: "ConfigMap", data: { a: "b" } };
    const resources = await registeredBy(() => new Example("chat", { config, extra: undefined }));
    assert.deepEqual(
      resources.map(({ type, name }) => [type, name]),
      [
        ["genai:test:Example", "chat"],
        ["kubernetes:core/v1:ConfigMap", "chat-config"],
      ],
    );
    assert.deepEqual(resources[1]?.inputs["data"], { a: "b" });
  });
});
