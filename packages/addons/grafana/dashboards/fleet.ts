import { seriesOf } from "@genai/catalog";
import { modelEngines, recorded } from "../../rules/index.ts";
import type { DashboardPage } from "./dashboard.ts";

const kubernetes = seriesOf("kube-state-metrics");
const node = seriesOf("node-exporter");
const prometheus = seriesOf("prometheus");
const dcgm = seriesOf("dcgm-exporter");

const gpusOf = (series: string) => `sum(${series})`;

/** Everything at a glance: what is wrong, how the models answer, how the nodes are. */
export const fleet: DashboardPage = {
  uid: "genai-fleet",
  title: "Fleet",
  rows: {
    Now: [
      {
        title: "Alerts",
        kind: "number",
        description: "Critical and warning alerts that fire.",
        sources: ["prometheus"],
        queries: {
          "{{severity}}": `count by (severity) (${prometheus("ALERTS", { alertstate: "firing", severity: { matches: "critical|warning" } })}) or vector(0)`,
        },
      },
      {
        title: "Nodes ready",
        kind: "number",
        sources: ["kube-state-metrics"],
        queries: { ready: `sum(${kubernetes("kube_node_status_condition", { condition: "Ready", status: "true" })})` },
      },
      {
        title: "GPUs",
        kind: "number",
        sources: ["kube-state-metrics"],
        queries: {
          held: gpusOf(recorded("genai:tenant_gpus")),
          all: gpusOf(kubernetes("kube_node_status_allocatable", { resource: "nvidia_com_gpu" })),
        },
      },
      {
        title: "Targets that cannot be read",
        kind: "number",
        sources: ["prometheus"],
        queries: { down: `count(${prometheus("up")} == 0) or vector(0)` },
      },
    ],
    Models: [
      {
        title: "Requests a second",
        unit: "reqps",
        sources: [modelEngines],
        queries: { "{{workload}}": recorded("genai:model_requests:rate5m") },
      },
      {
        title: "Requests that wait",
        sources: [modelEngines],
        queries: { "{{workload}}": recorded("genai:model_requests_waiting") },
      },
      {
        title: "Time to the first token, 95 of 100 requests",
        unit: "s",
        sources: [modelEngines],
        queries: { "{{workload}}": recorded("genai:model_time_to_first_token_seconds:p95") },
      },
      {
        title: "Failed requests",
        unit: "percentunit",
        sources: ["vllm"],
        queries: { "{{workload}}": recorded("genai:model_error_ratio:rate5m") },
      },
    ],
    Nodes: [
      {
        title: "CPU in use",
        unit: "percentunit",
        sources: ["node-exporter"],
        queries: { "{{node}}": `1 - avg by (node) (rate(${node("node_cpu_seconds_total", { mode: "idle" })}[5m]))` },
      },
      {
        title: "Memory in use",
        unit: "percentunit",
        sources: ["node-exporter"],
        queries: {
          "{{node}}": `1 - ${node("node_memory_MemAvailable_bytes")} / ${node("node_memory_MemTotal_bytes")}`,
        },
      },
      {
        title: "GPU in use",
        unit: "percent",
        sources: ["dcgm-exporter"],
        queries: { "{{node}}": `avg by (node) (${dcgm("DCGM_FI_DEV_GPU_UTIL")})` },
      },
      {
        title: "Time series by job",
        description: "What fills Prometheus' memory.",
        sources: ["prometheus"],
        queries: { "{{job}}": `sum by (job) (${prometheus("scrape_samples_scraped")})` },
      },
    ],
  },
};
