import { assert, registeredBy } from "@genai/testing";
import { closedExceptFor, type ComponentOptions, ObjectsComponent, type ObjectOf } from "./index.ts";

type ExampleObjects = {
  service?: ObjectOf<"Service">;
  config: ObjectOf<"ConfigMap">;
  extra: ObjectOf<"ConfigMap"> | undefined;
  namespace?: ObjectOf<"Namespace">;
  edges?: ObjectOf<"NetworkPolicy">;
};

class Example extends ObjectsComponent<ExampleObjects> {
  constructor(name: string, objects: ExampleObjects, options?: ComponentOptions) {
    super("test:Example", name, objects, options);
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

  it("registers what Pods refer to before the rest", async () => {
    const service: ObjectOf<"Service"> = { apiVersion: "v1", kind: "Service" };
    const config: ObjectOf<"ConfigMap"> = { apiVersion: "v1", kind: "ConfigMap" };
    const resources = await registeredBy(() => new Example("chat", { service, config, extra: undefined }));
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["chat", "chat-config", "chat-service"],
    );
  });

  it("registers a Namespace before what is in it, and everything after what the component depends on", async () => {
    const config: ObjectOf<"ConfigMap"> = { apiVersion: "v1", kind: "ConfigMap" };
    const namespace: ObjectOf<"Namespace"> = { apiVersion: "v1", kind: "Namespace" };
    const resources = await registeredBy(() => {
      const first = new Example("first", { config, extra: undefined, namespace });
      new Example("second", { config, extra: undefined }, { dependsOn: first });
    });
    assert.deepEqual(
      resources.map(({ name }) => name).filter((name) => name.includes("-")),
      ["first-namespace", "first-config", "second-config"],
    );
  });

  it("is in the mesh that its options name, or else its parent's", async () => {
    const service: ObjectOf<"Service"> = { apiVersion: "v1", kind: "Service" };
    const config: ObjectOf<"ConfigMap"> = { apiVersion: "v1", kind: "ConfigMap" };
    const namespace: ObjectOf<"Namespace"> = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } };
    const metadata = { name: "edges", namespace: "a", labels: {} };
    const edges = closedExceptFor(metadata, {}, { ingress: [{ from: [{ podSelector: {} }] }] });
    const resources = await registeredBy(() => {
      const parent = new Example("parent", { config, extra: undefined }, { mesh: "istioAmbient" });
      new Example("child", { service, config, extra: undefined, namespace, edges }, { parent });
      new Example("other", { config, extra: undefined, namespace });
    });
    const names = resources.map(({ name }) => name).filter((name) => /^(child|other)-/.test(name));
    // The last of all, so that no Pod of its accepts plain text for a moment.
    assert.equal(names.at(-1), "child-service");
    assert.deepEqual(names.toSorted(), [
      "child-config",
      "child-edges",
      "child-edgesAuthorization",
      "child-namespace",
      "child-namespaceMutualTls",
      "child-namespaceProbes",
      "child-service",
      "other-config",
      "other-namespace",
    ]);
  });
});
