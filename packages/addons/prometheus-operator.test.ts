import { assert } from "@genai/testing";
import { operatorMonitoringObjects } from "./prometheus-operator.ts";

const objects = JSON.parse(
  JSON.stringify(
    operatorMonitoringObjects("genai", {
      namespace: "genai-addons",
      labels: { release: "main" },
      targets: [
        {
          job: "vllm-chat",
          source: "vllm",
          namespace: "tenant-a",
          selector: { "app.kubernetes.io/instance": "chat" },
          port: "http",
        },
      ],
      rules: [{ name: "models", sources: ["vllm"], rules: [{ record: "genai:x", expr: "vector(1)" }] }],
    }),
  ),
);

describe("monitors for the Prometheus operator", () => {
  it("find the Pods of a target and label them as our own Prometheus does", () => {
    const { metadata, spec } = objects["monitor-vllm-chat"];
    assert.equal(metadata.labels.release, "main");
    assert.deepEqual(spec.namespaceSelector, { matchNames: ["tenant-a"] });
    assert.deepEqual(spec.selector, { matchLabels: { "app.kubernetes.io/instance": "chat" } });
    const [{ port, relabelings }] = spec.podMetricsEndpoints;
    assert.equal(port, "http");
    assert.deepEqual(spec.attachMetadata, { node: true });
    const labels = relabelings.flatMap(({ targetLabel }: { targetLabel?: string }) => targetLabel ?? []);
    assert.deepEqual(labels, ["namespace", "pod", "container", "node", "workload", "component", "tenant"]);
  });

  it("hand over the rules without what is ours alone", () => {
    assert.deepEqual(objects.rules.spec.groups, [
      { name: "models", rules: [{ record: "genai:x", expr: "vector(1)" }] },
    ]);
  });
});
