export * from "./addon-namespace.ts";
export { addonProblems } from "./addon-problems.ts";
export * from "./catalog.ts";
export type * from "./context.ts";
export * from "./dcgm-exporter.ts";
export { sharingOf } from "./device-plugin-config.ts";
export * from "./dra-driver.ts";
export { gpuRuntimeClassName } from "./gpu-agent.ts";
export * from "./gpu-feature-discovery.ts";
export * from "./metrics-server.ts";
export * from "./mig-manager.ts";
export * from "./node-feature-discovery.ts";
export * from "./nvidia-device-plugin.ts";
export { Alertmanager, type AlertmanagerConfiguration, alertmanagerObjects } from "./alertmanager/alertmanager.ts";
export { type AlertReceiver, alertmanagerFile } from "./alertmanager/config-file.ts";
export { Grafana, type GrafanaConfiguration, grafanaObjects } from "./grafana/grafana.ts";
export { dashboardPages } from "./grafana/dashboards/index.ts";
export {
  KubeStateMetrics,
  kubeStateMetricsArguments,
  type KubeStateMetricsConfiguration,
  kubeStateMetricsObjects,
} from "./kube-state-metrics.ts";
export * from "./monitoring.ts";
export {
  NodeExporter,
  nodeExporterArguments,
  type NodeExporterConfiguration,
  nodeExporterObjects,
} from "./node-exporter.ts";
export { adapterFile, externalMetrics, podMetrics } from "./prometheus-adapter/metrics.ts";
export {
  PrometheusAdapter,
  prometheusAdapterArguments,
  type PrometheusAdapterConfiguration,
  prometheusAdapterObjects,
} from "./prometheus-adapter/prometheus-adapter.ts";
export { OperatorMonitoring, operatorMonitoringObjects } from "./prometheus-operator.ts";
export { Prometheus, type PrometheusConfiguration, prometheusObjects } from "./prometheus/prometheus.ts";
export { type PrometheusFile, prometheusFile } from "./prometheus/config-file.ts";
export * from "./rules/index.ts";
export type { ScrapeJob } from "./prometheus/scrape-jobs.ts";
export * from "./opentelemetry-collector.ts";
