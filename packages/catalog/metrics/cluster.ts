import type { MetricSource } from "./metric.ts";

const perContainer = ["namespace", "pod", "container", "id", "image", "name"] as const;
const perClaim = ["namespace", "persistentvolumeclaim"] as const;

/** The kubelet's own metrics. */
export const kubelet = {
  version: "cluster",
  source: "kubernetes/kubernetes: pkg/kubelet/metrics, pkg/kubelet/metrics/collectors/volume_stats.go",
  metrics: {
    kubelet_running_pods: { type: "gauge" },
    kubelet_volume_stats_available_bytes: { type: "gauge", labels: perClaim },
    kubelet_volume_stats_capacity_bytes: { type: "gauge", labels: perClaim },
  },
} as const satisfies MetricSource;

/** cAdvisor, which the kubelet serves at `/metrics/cadvisor`: what containers use. */
export const cadvisor = {
  version: "cluster",
  source: "google/cadvisor: docs/storage/prometheus.md",
  metrics: {
    container_cpu_usage_seconds_total: { type: "counter", labels: [...perContainer, "cpu"] },
    container_memory_working_set_bytes: { type: "gauge", labels: perContainer },
    container_network_receive_bytes_total: { type: "counter", labels: ["namespace", "pod", "interface"] },
    container_network_transmit_bytes_total: { type: "counter", labels: ["namespace", "pod", "interface"] },
  },
} as const satisfies MetricSource;

/** The Kubernetes API server. */
export const kubeApiserver = {
  version: "cluster",
  source: "kubernetes/kubernetes: test/instrumentation/documentation/documentation.md",
  metrics: {
    apiserver_request_total: { type: "counter", labels: ["verb", "resource", "code", "component"] },
    apiserver_request_duration_seconds: { type: "histogram", labels: ["verb", "resource", "scope"] },
    aggregator_unavailable_apiservice: { type: "gauge", labels: ["name"] },
  },
} as const satisfies MetricSource;

/** node_exporter with the collectors that the platform turns on. */
export const nodeExporter = {
  version: "1.9.1",
  source: "prometheus/node_exporter v1.9.1: collector/",
  metrics: {
    node_cpu_seconds_total: { type: "counter", labels: ["cpu", "mode"] },
    node_load5: { type: "gauge" },
    node_memory_MemAvailable_bytes: { type: "gauge" },
    node_memory_MemTotal_bytes: { type: "gauge" },
    node_filesystem_avail_bytes: { type: "gauge", labels: ["device", "fstype", "mountpoint"] },
    node_filesystem_size_bytes: { type: "gauge", labels: ["device", "fstype", "mountpoint"] },
    node_filesystem_readonly: { type: "gauge", labels: ["device", "fstype", "mountpoint"] },
    node_disk_io_time_seconds_total: { type: "counter", labels: ["device"] },
    node_pressure_memory_stalled_seconds_total: { type: "counter" },
  },
} as const satisfies MetricSource;
