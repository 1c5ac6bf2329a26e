import type { MetricSource } from "./metric.ts";

/** Prometheus' own metrics, and `up`, which it makes for every target. */
export const prometheus = {
  version: "3.8.0",
  source: "prometheus/prometheus v3.8.0: GET /metrics of the program",
  metrics: {
    up: { type: "gauge" },
    ALERTS: { type: "gauge", labels: ["alertname", "alertstate", "severity"] },
    scrape_samples_scraped: { type: "gauge" },
    prometheus_config_last_reload_successful: { type: "gauge" },
    prometheus_notifications_alertmanagers_discovered: { type: "gauge" },
    prometheus_notifications_dropped_total: { type: "counter", labels: ["alertmanager"] },
    prometheus_notifications_errors_total: { type: "counter", labels: ["alertmanager"] },
    prometheus_notifications_sent_total: { type: "counter", labels: ["alertmanager"] },
    prometheus_rule_evaluation_failures_total: { type: "counter", labels: ["rule_group"] },
    prometheus_rule_group_iterations_missed_total: { type: "counter", labels: ["rule_group"] },
    prometheus_tsdb_compactions_failed_total: { type: "counter" },
    prometheus_tsdb_head_series: { type: "gauge" },
    prometheus_tsdb_head_samples_appended_total: { type: "counter", labels: ["type"] },
    prometheus_tsdb_storage_blocks_bytes: { type: "gauge" },
    prometheus_tsdb_wal_corruptions_total: { type: "counter" },
  },
} as const satisfies MetricSource;

/** Alertmanager's metrics. */
export const alertmanager = {
  version: "0.28.1",
  source: "prometheus/alertmanager v0.28.1: GET /metrics of the program",
  metrics: {
    alertmanager_alerts: { type: "gauge", labels: ["state"] },
    alertmanager_cluster_members: { type: "gauge" },
    alertmanager_config_last_reload_successful: { type: "gauge" },
    alertmanager_notifications_total: { type: "counter", labels: ["integration", "receiver_name"] },
    alertmanager_notifications_failed_total: { type: "counter", labels: ["integration", "receiver_name", "reason"] },
  },
} as const satisfies MetricSource;

/** Grafana's own metrics. */
export const grafana = {
  version: "13.2.0",
  source: "grafana/grafana: pkg/infra/metrics/metrics.go",
  metrics: {
    grafana_build_info: { type: "gauge", labels: ["version"] },
    grafana_http_request_duration_seconds: { type: "histogram", labels: ["handler", "method", "status_code"] },
  },
} as const satisfies MetricSource;

/** prometheus-adapter's metrics: those of every Kubernetes API server, and how long Prometheus takes to answer it. */
export const prometheusAdapter = {
  version: "0.12.0",
  source: "kubernetes-sigs/prometheus-adapter v0.12.0: GET /metrics of the program",
  metrics: {
    prometheus_adapter_prometheus_client_request_duration_seconds: { type: "histogram", labels: ["path", "server"] },
  },
} as const satisfies MetricSource;

/** metrics-server's own metrics, besides those of every Kubernetes API server. */
export const metricsServer = {
  version: "0.7.2",
  source: "kubernetes-sigs/metrics-server v0.7.2: pkg/scraper/scraper.go, pkg/storage/monitoring.go",
  metrics: {
    metrics_server_kubelet_request_total: { type: "counter", labels: ["success"] },
    metrics_server_kubelet_last_request_time_seconds: { type: "gauge", labels: ["node"] },
    metrics_server_storage_points: { type: "gauge", labels: ["type"] },
  },
} as const satisfies MetricSource;

/** The OpenTelemetry collector's own metrics: as the collector of the platform's configuration serves them, counters without `_total`. */
export const otelCollector = {
  version: "0.160.0",
  source: "opentelemetry-collector 0.160.0: GET /metrics of the program",
  metrics: {
    otelcol_receiver_accepted_spans: { type: "counter", labels: ["receiver", "transport"] },
    otelcol_receiver_refused_spans: { type: "counter", labels: ["receiver", "transport"] },
    otelcol_exporter_sent_spans: { type: "counter", labels: ["exporter"] },
    otelcol_exporter_send_failed_spans: { type: "counter", labels: ["exporter"] },
  },
} as const satisfies MetricSource;
