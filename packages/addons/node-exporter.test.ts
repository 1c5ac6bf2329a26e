import { assert } from "@genai/testing";
import { nodeExporterObjects } from "./node-exporter.ts";

const args = { enabled: true, followMounts: true, namespace: "genai-addons", scraper: { namespace: "genai-addons" } };
const { daemonSet, networkPolicy } = JSON.parse(JSON.stringify(nodeExporterObjects("node-exporter", args)));
const pod = daemonSet.spec.template.spec;

describe("node_exporter", () => {
  it("reads the node's file systems, cannot write to them, and has no other right", () => {
    const [container] = pod.containers;
    for (const { name, readOnly } of container.volumeMounts) assert.equal(readOnly, true, name);
    assert.deepEqual([pod.hostNetwork, pod.hostPID, pod.automountServiceAccountToken], [undefined, undefined, false]);
    assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
    assert.equal(pod.securityContext.runAsNonRoot, true);
  });

  it("follows the node's mounts where the node lets it", () => {
    const propagation = (objects: { daemonSet: typeof daemonSet }) =>
      objects.daemonSet.spec.template.spec.containers[0].volumeMounts.map(
        ({ mountPropagation }: { mountPropagation?: string }) => mountPropagation,
      );
    assert.deepEqual(propagation({ daemonSet }), [undefined, undefined, "HostToContainer"]);
    const without = nodeExporterObjects("node-exporter", { ...args, followMounts: false });
    assert.deepEqual(propagation(JSON.parse(JSON.stringify(without))), [undefined, undefined, undefined]);
  });

  it("runs on every node, whatever taints it has", () => assert.deepEqual(pod.tolerations, [{ operator: "Exists" }]));

  it("collects nothing of the network, which its own would be mistaken for", () => {
    const { args: commandLine } = pod.containers[0];
    assert.ok(commandLine.includes("--collector.disable-defaults"));
    assert.ok(!commandLine.some((each: string) => /netdev|netstat|conntrack/.test(each)));
    assert.deepEqual(networkPolicy.spec.egress, []);
  });
});
