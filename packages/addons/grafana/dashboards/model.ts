import { seriesOf } from "@genai/catalog";
import { modelEngines, recorded } from "../../rules/index.ts";
import type { DashboardPage } from "./dashboard.ts";

const kubernetes = seriesOf("kube-state-metrics");
const vllm = seriesOf("vllm");
const chosen = { workload: { matches: "$workload" } } as const;
const line = "{{workload}}";

/** One model: what its users feel, why, and what it has to work with. */
export const model: DashboardPage = {
  uid: "genai-model",
  title: "A model",
  choices: [{ name: "workload", label: "Model", query: "label_values(genai:model_startup_budget_seconds, workload)" }],
  rows: {
    Users: [
      {
        title: "Time to the first token, 95 of 100 requests",
        unit: "s",
        sources: [modelEngines],
        queries: {
          [line]: recorded("genai:model_time_to_first_token_seconds:p95", chosen),
          [`${line}, promised`]: recorded("genai:model_time_to_first_token_objective_seconds", chosen),
        },
      },
      {
        title: "Time between tokens, 95 of 100",
        unit: "s",
        sources: ["vllm"],
        queries: {
          [line]: `histogram_quantile(0.95, sum by (workload, le) (rate(${vllm("vllm:inter_token_latency_seconds_bucket", chosen)}[5m])))`,
        },
      },
      {
        title: "Requests a second",
        unit: "reqps",
        sources: [modelEngines],
        queries: { [line]: recorded("genai:model_requests:rate5m", chosen) },
      },
      {
        title: "Failed requests",
        unit: "percentunit",
        sources: ["vllm"],
        queries: { [line]: recorded("genai:model_error_ratio:rate5m", chosen) },
      },
    ],
    Engine: [
      {
        title: "Requests",
        sources: [modelEngines],
        queries: {
          [`${line}, running`]: recorded("genai:model_requests_running", chosen),
          [`${line}, waiting`]: recorded("genai:model_requests_waiting", chosen),
        },
      },
      {
        title: "Time in the queue, 95 of 100 requests",
        unit: "s",
        sources: [modelEngines],
        queries: { [line]: recorded("genai:model_queue_time_seconds:p95", chosen) },
      },
      {
        title: "Key-value cache in use",
        unit: "percentunit",
        description: "Of the fullest replica. Near 100 % contexts are evicted and computed again.",
        sources: [modelEngines],
        queries: { [line]: recorded("genai:model_kv_cache_usage", chosen) },
      },
      {
        title: "Prompt tokens found in the cache",
        unit: "percentunit",
        sources: ["vllm"],
        queries: {
          [line]: `sum by (workload) (rate(${vllm("vllm:prefix_cache_hits_total", chosen)}[5m])) / sum by (workload) (rate(${vllm("vllm:prefix_cache_queries_total", chosen)}[5m]))`,
        },
      },
      {
        title: "Tokens a second",
        sources: ["vllm"],
        queries: {
          [`${line}, written`]: recorded("genai:model_output_tokens:rate5m", chosen),
          [`${line}, read`]: `sum by (workload) (rate(${vllm("vllm:prompt_tokens_total", chosen)}[5m]))`,
        },
      },
      {
        title: "Evicted requests",
        unit: "reqps",
        sources: ["vllm"],
        queries: { [line]: `sum by (workload) (rate(${vllm("vllm:num_preemptions_total", chosen)}[5m]))` },
      },
    ],
    Replicas: [
      {
        title: "Replicas",
        sources: ["kube-state-metrics"],
        queries: {
          "{{deployment}}, ready": kubernetes("kube_deployment_status_replicas_ready", {
            namespace: { matches: "tenant-.*" },
          }),
          "{{horizontalpodautoscaler}}, at most": kubernetes("kube_horizontalpodautoscaler_spec_max_replicas"),
        },
      },
      {
        title: "Restarts in an hour",
        sources: ["kube-state-metrics"],
        queries: {
          "{{pod}}": `increase(${kubernetes("kube_pod_container_status_restarts_total", { container: "vllm" })}[1h])`,
        },
      },
    ],
  },
};
