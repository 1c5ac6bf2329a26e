import { metricSources } from "@genai/catalog";
import { assert } from "@genai/testing";
import {
  kubeStateMetricsArguments,
  kubeStateMetricsObjects,
  kubeStateMetricsScrapeTargets,
} from "./kube-state-metrics.ts";

const args = { enabled: true, namespace: "genai-addons", memory: "256Mi", scraper: { namespace: "genai-addons" } };
const { clusterRole, deployment, networkPolicy } = JSON.parse(
  JSON.stringify(kubeStateMetricsObjects("kube-state-metrics", args)),
);

describe("kube-state-metrics", () => {
  it("may list exactly what it is told to collect, and no Secrets", () => {
    const allowed = clusterRole.rules.flatMap(({ resources }: { resources: string[] }) => resources);
    assert.equal(kubeStateMetricsArguments[0], `--resources=${allowed.join(",")}`);
    assert.ok(!allowed.includes("secrets") && !allowed.includes("configmaps"));
    assert.deepEqual(
      [...new Set(clusterRole.rules.flatMap(({ verbs }: { verbs: string[] }) => verbs))],
      ["list", "watch"],
    );
  });

  it("collects every kind that the catalogue has metrics of", () => {
    const kinds = Object.keys(metricSources["kube-state-metrics"].metrics).flatMap(
      (name) => /^kube_(?!state_metrics)([a-z]+)_?/.exec(name)?.[1] ?? [],
    );
    const collected = kubeStateMetricsArguments[0] ?? "";
    for (const kind of new Set(kinds)) assert.match(collected, new RegExp(`[=,]${kind}s(,|$)`));
  });

  it("shows the labels that the catalogue says it has", () => {
    const labels = Object.values(metricSources["kube-state-metrics"].metrics)
      .flatMap((metric) => ("labels" in metric ? metric.labels : []))
      .filter((label) => label.startsWith("label_"));
    const allowList = (kubeStateMetricsArguments[1] ?? "").replaceAll(/[^a-zA-Z0-9_]/g, "_");
    for (const label of labels) assert.ok(allowList.includes(label.slice("label_".length)), label);
  });

  it("is scraped once on each of its ports", () => {
    const targets = kubeStateMetricsScrapeTargets("kube-state-metrics", "genai-addons");
    const ports = deployment.spec.template.spec.containers[0].ports.map(({ name }: { name: string }) => name);
    assert.deepEqual(
      targets.map(({ port }) => port),
      ports,
    );
    assert.equal(networkPolicy.spec.ingress.length, ports.length);
    assert.equal(deployment.spec.replicas, 1);
  });
});
