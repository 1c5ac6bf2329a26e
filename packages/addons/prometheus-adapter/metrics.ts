import { type MetricSourceName, seriesOf } from "@genai/catalog";

/** A metric that the cluster's metrics APIs offer, and the series that it is computed from. */
interface OfferedMetric {
  source: MetricSourceName;
  /** Which series there are to offer. */
  series: string;
  /** How those of the namespace and the labels that are asked for are added up; the adapter fills in the brackets. */
  query: string;
}

const dcgm = seriesOf("dcgm-exporter");
const tei = seriesOf("tei");
const vllm = seriesOf("vllm");
const worker = seriesOf("genai-worker");
const somewhere = { namespace: { not: "" } } as const;

/** Metrics of `external.metrics.k8s.io`, by their names there: of a namespace, by the label that says of what. */
export const externalMetrics = {
  /** Requests that wait for a model, by `workload`. */
  requests_waiting: {
    source: "vllm",
    series: vllm("vllm:num_requests_waiting", somewhere),
    query: "sum by (namespace, workload) (<<.Series>>{<<.LabelMatchers>>})",
  },
  /** Texts that wait for an embedding model, by `workload`. */
  embeddings_waiting: {
    source: "tei",
    series: tei("te_queue_size", somewhere),
    query: "sum by (namespace, workload) (<<.Series>>{<<.LabelMatchers>>})",
  },
  /** Messages that wait for workers or are with them, by `queue`: what worker pools with `scaler: adapter` are scaled by. */
  genai_worker_backlog_messages: {
    source: "genai-worker",
    series: worker("genai_worker_backlog_messages", somewhere),
    query: "max by (namespace, queue) (<<.Series>>{<<.LabelMatchers>>})",
  },
} as const satisfies Record<string, OfferedMetric>;

const ofPods = { namespace: { not: "" }, pod: { not: "" } } as const;
const perPod = "sum by (<<.GroupBy>>) (<<.Series>>{<<.LabelMatchers>>})";

/** Metrics of `custom.metrics.k8s.io`, by their names there: of single Pods. */
export const podMetrics = {
  requests_running: { source: "vllm", series: vllm("vllm:num_requests_running", ofPods), query: perPod },
  kv_cache_usage: { source: "vllm", series: vllm("vllm:kv_cache_usage_perc", ofPods), query: perPod },
  gpu_utilization: { source: "dcgm-exporter", series: dcgm("DCGM_FI_DEV_GPU_UTIL", ofPods), query: perPod },
} as const satisfies Record<string, OfferedMetric>;

/** What model servers are scaled by: the name of the metric, and the label that names the server. */
export const modelQueueMetric = { name: "requests_waiting" satisfies keyof typeof externalMetrics, label: "workload" };

/** The adapter's configuration, with the metrics of deployed sources only. */
export function adapterFile(sources: ReadonlySet<MetricSourceName>) {
  const rules = (metrics: Readonly<Record<string, OfferedMetric>>, resources: object) =>
    Object.entries(metrics)
      .filter(([, { source }]) => sources.has(source))
      .map(([name, { series, query }]) => ({
        seriesQuery: series,
        resources: { overrides: resources },
        name: { matches: ".*", as: name },
        metricsQuery: query,
      }));
  const namespace = { resource: "namespace" };
  return {
    rules: rules(podMetrics, { namespace, pod: { resource: "pod" } }),
    externalRules: rules(externalMetrics, { namespace }),
  };
}
