import { cadvisor, kubeApiserver, kubelet, nodeExporter } from "./cluster.ts";
import { dcgmExporter } from "./dcgm-exporter.ts";
import { llamaCpp, sglang, tei } from "./engines.ts";
import { kubeStateMetrics } from "./kube-state-metrics.ts";
import { alertmanager, grafana, metricsServer, otelCollector, prometheus, prometheusAdapter } from "./monitoring.ts";
import { endpointPicker, litellm, qdrant } from "./services.ts";
import { vllm } from "./vllm.ts";
import { worker } from "./workers.ts";

export type { Metric, MetricSource, MetricType } from "./metric.ts";
export { selector, seriesNames, seriesOf, type LabelMatcher, type Matchers, type SelectSeries } from "./series.ts";

/** Every source of metrics, by the name that a scrape target gives. */
export const metricSources = {
  vllm,
  sglang,
  "llama.cpp": llamaCpp,
  tei,
  "dcgm-exporter": dcgmExporter,
  "kube-state-metrics": kubeStateMetrics,
  "node-exporter": nodeExporter,
  kubelet,
  cadvisor,
  "kube-apiserver": kubeApiserver,
  prometheus,
  alertmanager,
  "prometheus-adapter": prometheusAdapter,
  grafana,
  "metrics-server": metricsServer,
  "opentelemetry-collector": otelCollector,
  litellm,
  qdrant,
  "endpoint-picker": endpointPicker,
  "genai-worker": worker,
} as const;

/** Name of a source of metrics. */
export type MetricSourceName = keyof typeof metricSources;

/**
 * Label that every scrape job puts on what it reads, beside `job` and `instance`: where the Pod is, which instance of which part of
 * the platform it belongs to, and whose it is.
 */
export type TargetLabel =
  "job" | "instance" | "namespace" | "pod" | "container" | "node" | "workload" | "component" | "tenant";
