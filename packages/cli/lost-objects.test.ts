import { assert } from "@genai/testing";
import { type Deployment, lostObjects, withAdopted } from "./lost-objects.ts";

const provider = "urn:provider::id";
const tenant = { urn: "urn:tenant", type: "genai:tenancy:Tenant" };
const recorded = [{ urn: "urn:provider", type: "pulumi:providers:kubernetes", id: "id" }, tenant];

function configMap(name: string, more: object = {}) {
  const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "research" }, data: { a: "1" } };
  return { urn: `urn:${name}`, type: "kubernetes:core/v1:ConfigMap", parent: tenant.urn, provider, inputs, ...more };
}

describe("lostObjects", () => {
  const deployment: Deployment = {
    resources: [...recorded, configMap("known", { id: "research/known" })],
    pending_operations: [
      { type: "creating", resource: configMap("pending") },
      { type: "updating", resource: configMap("known") },
    ],
  };

  it("are the creates that never ended and those that the program would repeat, each once", () => {
    const planned = [
      { op: "create", newState: configMap("pending") },
      { op: "create", newState: configMap("planned") },
      { op: "update", newState: configMap("known") },
      { op: "same", newState: tenant },
    ];
    const found = lostObjects(deployment, planned);
    assert.deepEqual(
      found.map(({ kind, namespace, name, resource }) => [kind, namespace, name, resource.id]),
      [
        ["ConfigMap", "research", "pending", "research/pending"],
        ["ConfigMap", "research", "planned", "research/planned"],
      ],
    );
  });

  it("never take an object from another entry, nor break the record", () => {
    const planned = [
      { op: "create", newState: configMap("known", { urn: "urn:second-name-for-known" }) },
      { op: "create", newState: configMap("no-parent", { parent: "urn:nobody" }) },
      { op: "create", newState: configMap("no-provider", { provider: "urn:provider::unknown" }) },
      { op: "create", newState: configMap("not-an-object", { type: "random:index:RandomId" }) },
    ];
    assert.deepEqual(lostObjects({ resources: deployment.resources ?? [] }, planned), []);
  });

  it("keep no masked secret", () => {
    const planned = [
      { op: "create", newState: configMap("key", { inputs: { ...configMap("key").inputs, data: "[secret]" } }) },
    ];
    assert.deepEqual(lostObjects({ resources: recorded }, planned)[0]?.resource.inputs, {});
  });

  it("enter the record, and their creates leave it", () => {
    const adopted = lostObjects(deployment, []);
    const after = withAdopted(deployment, adopted);
    assert.deepEqual(after.resources?.at(-1), {
      ...configMap("pending"),
      custom: true,
      id: "research/pending",
      outputs: {},
    });
    assert.deepEqual(
      after.pending_operations?.map(({ type }) => type),
      ["updating"],
    );
  });
});
