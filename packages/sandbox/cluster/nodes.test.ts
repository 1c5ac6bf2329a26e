import { assert } from "@genai/testing";
import { describePools, nodeChanges, nodesOf, poolHashAnnotation, poolLabel } from "./nodes.ts";
import type { NodePool } from "./options.ts";

const gpuTaint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
const a10: NodePool = {
  name: "a10",
  gpu: "A10",
  gpusPerNode: 4,
  nodes: 4,
  cpu: "48",
  memory: "192Gi",
  taints: [gpuTaint],
};
const cpu: NodePool = { name: "cpu", nodes: 1 };

const nodes = (...pools: NodePool[]) => nodesOf(pools, "1.36.3");
const existing = (...pools: NodePool[]) =>
  nodes(...pools).map(({ metadata }) => ({ name: metadata.name, hash: metadata.annotations[poolHashAnnotation] }));

describe("nodesOf", () => {
  it("gives GPU nodes what GPU feature discovery and the device plugin would", () => {
    const [node] = nodes(a10);
    assert.equal(node?.metadata.name, "a10-0");
    const { labels } = node.metadata;
    assert.equal(labels["nvidia.com/gpu.present"], "true");
    assert.equal(labels["nvidia.com/gpu.product"], "NVIDIA-A10");
    assert.equal(labels["nvidia.com/gpu.count"], "4");
    assert.equal(labels["nvidia.com/gpu.family"], "ampere");
    assert.equal(`${labels["nvidia.com/gpu.compute.major"]}.${labels["nvidia.com/gpu.compute.minor"]}`, "8.6");
    assert.match(labels["nvidia.com/gpu.memory"] ?? "", /^2\d{4}$/);
    assert.equal(node.status.allocatable["nvidia.com/gpu"], "4");
    assert.deepEqual(node.status.capacity, node.status.allocatable);
    assert.deepEqual(node.spec.taints, [gpuTaint]);
  });

  it("gives nodes that share their GPUs what their agents would make of them", () => {
    const shared = (gpu: string, sharing: NonNullable<NodePool["sharing"]>) => {
      const [node] = nodes({ ...a10, gpu, sharing });
      const labels: Record<string, string> = node?.metadata.labels ?? {};
      const resources = Object.entries(node?.status.allocatable ?? {}).filter(([key]) => key.startsWith("nvidia.com/"));
      const facts = ["gpu.product", "gpu.count", "gpu.replicas", "gpu.sharing-strategy", "mig.config"];
      return [Object.fromEntries(resources), ...facts.map((fact) => labels[`nvidia.com/${fact}`])];
    };
    assert.deepEqual(shared("A10", { mode: "mps", replicas: 3, renameByDefault: false }), [
      { "nvidia.com/gpu": "12" },
      ...["NVIDIA-A10-SHARED", "4", "3", "mps", undefined],
    ]);
    assert.deepEqual(shared("H100", { mode: "migSingle", profile: "1g.10gb" }), [
      { "nvidia.com/gpu": "28" },
      ...["NVIDIA-H100-80GB-HBM3-MIG-1g.10gb", "28", "1", "none", "a10"],
    ]);
    assert.deepEqual(shared("H100", { mode: "migMixed", profiles: { "1g.10gb": 2, "3g.40gb": 1 } }), [
      { "nvidia.com/mig-1g.10gb": "8", "nvidia.com/mig-3g.40gb": "4" },
      ...["NVIDIA-H100-80GB-HBM3", "4", "1", "none", "a10"],
    ]);
  });

  it("leaves nodes without GPU clear of GPU labels, resources and taints", () => {
    const [node] = nodes(cpu);
    assert.deepEqual(
      Object.keys({ ...node?.metadata.labels, ...node?.status.capacity }).filter((key) =>
        key.startsWith("nvidia.com/"),
      ),
      [],
    );
    assert.deepEqual(node?.spec.taints, []);
  });

  it("says where the kubelet of all is, whose change replaces nodes that an older version made", () => {
    const kubelet = { address: "203.0.113.2", port: 10_247 };
    const [here] = nodesOf([cpu], "1.36.3", kubelet);
    assert.deepEqual(here?.status.addresses, [{ type: "InternalIP", address: kubelet.address }]);
    assert.deepEqual(here.status.daemonEndpoints, { kubeletEndpoint: { Port: kubelet.port } });
    const [other] = nodesOf([cpu], "1.36.3", { ...kubelet, port: 23_364 });
    assert.notEqual(other?.metadata.annotations[poolHashAnnotation], here.metadata.annotations[poolHashAnnotation]);
    assert.equal(nodes(cpu)[0]?.status.daemonEndpoints, undefined);
  });

  it("spreads a pool over three zones and names the pool on every node", () => {
    const labels = nodes(a10).map((node) => node.metadata.labels);
    assert.deepEqual(
      labels.map((label) => label["topology.kubernetes.io/zone"]),
      ["sandbox-a", "sandbox-b", "sandbox-c", "sandbox-a"],
    );
    assert.ok(labels.every((label) => label[poolLabel] === "a10"));
  });

  it("marks spot nodes", () => {
    assert.equal(nodes({ ...cpu, spot: true })[0]?.metadata.labels["genai.platform/spot"], "true");
    assert.equal(nodes(cpu)[0]?.metadata.labels["genai.platform/spot"], undefined);
  });

  it("rejects a GPU that the catalogue does not know, with those that it knows", () => {
    assert.throws(
      () => nodes({ ...a10, gpu: "A11" }),
      /pool "a10": there is no GPU "A11" in the catalogue\. Use one of: .*A10/,
    );
    assert.throws(() => nodes({ ...a10, gpu: "constructor" }), /no GPU "constructor"/);
  });

  it("rejects two pools of one name", () => {
    assert.throws(() => nodes(cpu, cpu), /Two node pools are called "cpu"/);
  });
});

describe("nodeChanges", () => {
  it("changes nothing where the nodes are those wanted", () => {
    assert.deepEqual(nodeChanges(existing(a10, cpu), nodes(a10, cpu)), { create: [], remove: [] });
  });

  it("adds what is missing and removes what no pool asks for", () => {
    const { create, remove } = nodeChanges(existing(a10), nodes({ ...a10, nodes: 3 }, cpu));
    assert.deepEqual(
      create.map(({ metadata }) => metadata.name),
      ["cpu-0"],
    );
    assert.deepEqual(remove, ["a10-3"]);
  });

  it("replaces the nodes of a pool that changed, and only those", () => {
    const { create, remove } = nodeChanges(existing(a10, cpu), nodes({ ...a10, taints: [] }, cpu));
    const all = ["a10-0", "a10-1", "a10-2", "a10-3"];
    assert.deepEqual(remove, all);
    assert.deepEqual(
      create.map(({ metadata }) => metadata.name),
      all,
    );
  });
});

describe("describePools", () => {
  it("counts nodes and GPUs", () => {
    assert.equal(describePools([a10, cpu]), "5 nodes (4 × 4 A10, 1 without GPU)");
    assert.equal(describePools([]), "0 nodes");
  });
});
