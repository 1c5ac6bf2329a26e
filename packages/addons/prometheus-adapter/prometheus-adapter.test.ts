import type { MetricSourceName } from "@genai/catalog";
import { assert } from "@genai/testing";
import { ownerOfSeries, seriesIn } from "../promql.ts";
import { adapterFile, externalMetrics, modelQueueMetric, podMetrics } from "./metrics.ts";
import { prometheusAdapterObjects } from "./prometheus-adapter.ts";

const prometheus = { url: "http://prometheus:9090", pods: { "app.kubernetes.io/name": "prometheus" } };
const objects = JSON.parse(
  JSON.stringify(
    prometheusAdapterObjects("prometheus-adapter", {
      enabled: true,
      replicas: 2,
      namespace: "genai-addons",
      prometheus,
      sources: new Set(["vllm"]),
    }),
  ),
);

describe("prometheus-adapter", () => {
  it("offers series that their sources have, by queries that are PromQL", () => {
    for (const [name, { source, series, query }] of Object.entries({ ...externalMetrics, ...podMetrics })) {
      const [selected] = seriesIn(series);
      assert.ok(selected && ownerOfSeries(selected) === source, name);
      const filled = query
        .replaceAll("<<.Series>>", selected)
        .replaceAll("<<.LabelMatchers>>", 'namespace="a"')
        .replaceAll("<<.GroupBy>>", "pod");
      assert.deepEqual(seriesIn(filled), [selected], name);
    }
  });

  it("offers only what is deployed", () => {
    const { rules, externalRules } = adapterFile(new Set<MetricSourceName>(["vllm"]));
    assert.deepEqual(
      externalRules.map(({ name }) => name.as),
      [modelQueueMetric.name],
    );
    assert.deepEqual(
      rules.map(({ name }) => name.as),
      ["requests_running", "kv_cache_usage"],
    );
  });

  it("serves both APIs under the Service of its Pods", () => {
    for (const { metadata, spec } of [objects.externalMetrics, objects.customMetrics]) {
      assert.equal(metadata.name, `${spec.version}.${spec.group}`);
      assert.deepEqual(spec.service, { name: objects.service.metadata.name, namespace: "genai-addons", port: 443 });
    }
  });

  it("reaches Prometheus, the API server and name servers alone", () => {
    assert.equal(objects.networkPolicy.spec.egress.length, 3);
    assert.ok(
      objects.deployment.spec.template.spec.containers[0].args.includes("--prometheus-url=http://prometheus:9090"),
    );
  });
});
