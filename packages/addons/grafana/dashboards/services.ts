import { seriesOf } from "@genai/catalog";
import type { DashboardPage } from "./dashboard.ts";

const kubelet = seriesOf("kubelet");
const litellm = seriesOf("litellm");
const qdrant = seriesOf("qdrant");
const tei = seriesOf("tei");

const requests = litellm("litellm_proxy_total_requests_metric_total");
const failures = litellm("litellm_proxy_failed_requests_metric_total");

/** The gateway: what passes through it, by model and team. */
export const gateway: DashboardPage = {
  uid: "genai-gateway",
  title: "Gateway",
  rows: {
    Requests: [
      {
        title: "Requests a second",
        unit: "reqps",
        sources: ["litellm"],
        queries: { "{{requested_model}}": `sum by (requested_model) (rate(${requests}[5m]))` },
      },
      {
        title: "Failed requests a second",
        unit: "reqps",
        sources: ["litellm"],
        queries: {
          "{{requested_model}} {{exception_status}}": `sum by (requested_model, exception_status) (rate(${failures}[5m]))`,
        },
      },
      {
        title: "Time of a whole request, 95 of 100",
        unit: "s",
        sources: ["litellm"],
        queries: {
          "{{requested_model}}": `histogram_quantile(0.95, sum by (requested_model, le) (rate(${litellm("litellm_request_total_latency_metric_bucket")}[5m])))`,
        },
      },
      {
        title: "Models out of reach",
        description: "0: all addresses answer, 1: some do, 2: none does.",
        sources: ["litellm"],
        queries: { "{{litellm_model_name}}": `max by (litellm_model_name) (${litellm("litellm_deployment_state")})` },
      },
    ],
    Teams: [
      {
        title: "Tokens a second",
        sources: ["litellm"],
        queries: {
          "{{team_alias}}, read": `sum by (team_alias) (rate(${litellm("litellm_input_tokens_metric_total")}[5m]))`,
          "{{team_alias}}, written": `sum by (team_alias) (rate(${litellm("litellm_output_tokens_metric_total")}[5m]))`,
        },
      },
      {
        title: "Spent in a day",
        unit: "currencyUSD",
        sources: ["litellm"],
        queries: { "{{team_alias}}": `sum by (team_alias) (increase(${litellm("litellm_spend_metric_total")}[1d]))` },
      },
    ],
  },
};

const searches = qdrant("rest_responses_total");

/** Vector stores and the embedding servers that fill them. */
export const vectorStore: DashboardPage = {
  uid: "genai-vector-store",
  title: "Vector store",
  rows: {
    Store: [
      {
        title: "Vectors",
        sources: ["qdrant"],
        queries: { "{{workload}}": `sum by (workload) (${qdrant("collections_vector_total")})` },
      },
      {
        title: "Memory",
        unit: "bytes",
        sources: ["qdrant"],
        queries: { "{{pod}}": qdrant("memory_resident_bytes") },
      },
      {
        title: "Requests a second",
        unit: "reqps",
        sources: ["qdrant"],
        queries: { "{{workload}} {{status}}": `sum by (workload, status) (rate(${searches}[5m]))` },
      },
      {
        title: "Time of a request, 95 of 100",
        unit: "s",
        sources: ["qdrant"],
        queries: {
          "{{workload}} {{endpoint}}": `histogram_quantile(0.95, sum by (workload, endpoint, le) (rate(${qdrant("rest_responses_duration_seconds_bucket")}[5m])))`,
        },
      },
      {
        title: "Free space of volumes",
        unit: "percentunit",
        sources: ["kubelet"],
        queries: {
          "{{namespace}} {{persistentvolumeclaim}}": `${kubelet("kubelet_volume_stats_available_bytes")} / ${kubelet("kubelet_volume_stats_capacity_bytes")}`,
        },
      },
    ],
    Embedding: [
      {
        title: "Texts that wait",
        sources: ["tei"],
        queries: { "{{workload}}": `sum by (workload) (${tei("te_queue_size")})` },
      },
      {
        title: "Requests a second",
        unit: "reqps",
        sources: ["tei"],
        queries: {
          "{{workload}}, done": `sum by (workload) (rate(${tei("te_request_success")}[5m]))`,
          "{{workload}}, failed": `sum by (workload) (rate(${tei("te_request_failure")}[5m]))`,
        },
      },
      {
        title: "Time of a request, 95 of 100",
        unit: "s",
        sources: ["tei"],
        queries: {
          "{{workload}}": `histogram_quantile(0.95, sum by (workload, le) (rate(${tei("te_request_duration_bucket")}[5m])))`,
        },
      },
    ],
  },
};
