import { images, metricSources } from "@genai/catalog";
import { assert } from "@genai/testing";
import { monitoringToolTable } from "./monitoring-tools.ts";

const versions = new Map(monitoringToolTable().map(({ name, version }) => [name, version]));
const deployed = {
  prometheus: images.prometheus,
  alertmanager: images.alertmanager,
  "kube-state-metrics": images.kubeStateMetrics,
  node_exporter: images.nodeExporter,
  "prometheus-adapter": images.prometheusAdapter,
} as const;

describe("the monitoring programs", () => {
  it("are of the versions that are deployed", () => {
    for (const [name, image] of Object.entries(deployed)) {
      assert.ok(image.endsWith(`:v${versions.get(name as keyof typeof deployed)}`), name);
    }
    assert.equal(versions.get("promtool"), versions.get("prometheus"));
    assert.equal(versions.get("amtool"), versions.get("alertmanager"));
  });

  it("are of the versions whose metrics the catalogue names", () => {
    for (const name of Object.keys(deployed) as (keyof typeof deployed)[]) {
      const source = name === "node_exporter" ? "node-exporter" : name;
      assert.equal(metricSources[source].version, versions.get(name));
    }
  });
});
