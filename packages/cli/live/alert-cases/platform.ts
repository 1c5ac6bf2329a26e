import { type AlertCases, growing, values } from "./alert-case.ts";

const prometheus = { namespace: "genai-addons", pod: "prometheus-0", job: "prometheus", instance: "10.0.0.1:9090" };
const textOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(",");
const own = textOf(prometheus);
const claim = { namespace: "genai-addons", persistentvolumeclaim: "data-prometheus-0" };
const disk = `node="a10-0",device="/dev/sda1",fstype="ext4",mountpoint="/"`;

/** The alerts of the platform's own parts, and of the cluster. */
export const platformCases: AlertCases = {
  DeadMansSwitch: { series: {}, at: { quiet: "never", firing: 1, resolved: "never" }, labels: {} },
  TargetDown: {
    series: { [`up{${own}}`]: values([1, 10], [0, 20], [1, 20]) },
    at: { quiet: 15, firing: 25, resolved: 40 },
    labels: prometheus,
  },
  PrometheusRuleFailures: {
    series: {
      [`prometheus_rule_evaluation_failures_total{${own},rule_group="gpus"}`]: growing([0, 10], [2, 20], [0, 30]),
    },
    at: { quiet: 8, firing: 25, resolved: 45 },
    labels: { ...prometheus, rule_group: "gpus" },
  },
  PrometheusStorageBroken: {
    series: {
      [`prometheus_tsdb_compactions_failed_total{${own}}`]: values([0, 30], [1, 300]),
      [`prometheus_tsdb_wal_corruptions_total{${own}}`]: values([0, 330]),
    },
    at: { quiet: 20, firing: 60, resolved: 240 },
    labels: prometheus,
  },
  MonitoringDiskFull: {
    series: {
      [`kubelet_volume_stats_available_bytes{${textOf(claim)}}`]: values([30, 10], [2, 20], [30, 20]),
      [`kubelet_volume_stats_capacity_bytes{${textOf(claim)}}`]: values([100, 50]),
    },
    at: { quiet: 15, firing: 25, resolved: 40 },
    labels: claim,
  },
  PrometheusHasNoAlertmanager: {
    series: { [`prometheus_notifications_alertmanagers_discovered{${own}}`]: values([2, 10], [0, 20], [2, 20]) },
    at: { quiet: 12, firing: 20, resolved: 40 },
    labels: prometheus,
  },
  AlertsLost: {
    series: {
      [`prometheus_notifications_dropped_total{${own},alertmanager="am"}`]: growing([0, 10], [3, 20], [0, 30]),
    },
    at: { quiet: 8, firing: 25, resolved: 45 },
    labels: { ...prometheus, alertmanager: "am" },
  },
  NotificationsFail: {
    series: {
      'alertmanager_notifications_total{pod="alertmanager-0",integration="slack",receiver_name="oncall"}': growing([
        10, 80,
      ]),
      'alertmanager_notifications_failed_total{pod="alertmanager-0",integration="slack",receiver_name="oncall",reason="other"}':
        growing([0, 20], [5, 20], [0, 40]),
    },
    at: { quiet: 15, firing: 35, resolved: 60 },
    labels: { integration: "slack" },
  },
  AlertmanagerDivided: {
    series: {
      'alertmanager_cluster_members{pod="alertmanager-0"}': values([2, 10], [1, 30], [2, 20]),
      'alertmanager_cluster_members{pod="alertmanager-1"}': values([2, 60]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels: {},
  },
  AddonNotReady: {
    series: {
      'kube_deployment_status_replicas_ready{namespace="genai-addons",deployment="grafana"}': values(
        [1, 10],
        [0, 30],
        [1, 20],
      ),
      'kube_deployment_spec_replicas{namespace="genai-addons",deployment="grafana"}': values([1, 60]),
      'kube_statefulset_status_replicas_ready{namespace="genai-addons",statefulset="prometheus"}': values([1, 60]),
      'kube_statefulset_replicas{namespace="genai-addons",statefulset="prometheus"}': values([1, 60]),
      'kube_daemonset_status_number_ready{namespace="genai-addons",daemonset="node-exporter"}': values([3, 60]),
      'kube_daemonset_status_desired_number_scheduled{namespace="genai-addons",daemonset="node-exporter"}': values([
        3, 60,
      ]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels: { namespace: "genai-addons", workload: "grafana" },
  },
  KubeStateMetricsErrors: {
    series: {
      'kube_state_metrics_list_total{resource="*v1.Pod",result="error"}': growing([0, 10], [2, 30], [0, 30]),
      'kube_state_metrics_watch_total{resource="*v1.Pod",result="error"}': growing([0, 70]),
    },
    at: { quiet: 8, firing: 35, resolved: 60 },
    labels: { resource: "*v1.Pod" },
  },
  NodeNotReady: {
    series: {
      'kube_node_status_condition{node="a10-0",condition="Ready",status="true"}': values([1, 10], [0, 15], [1, 20]),
    },
    at: { quiet: 12, firing: 20, resolved: 35 },
    labels: { node: "a10-0" },
  },
  NodeDiskFull: {
    series: {
      [`node_filesystem_avail_bytes{${disk}}`]: values([50, 10], [5, 30], [50, 20]),
      [`node_filesystem_size_bytes{${disk}}`]: values([100, 60]),
      [`node_filesystem_readonly{${disk}}`]: values([0, 60]),
      // Full by nature, and of no concern.
      'node_filesystem_avail_bytes{node="a10-0",device="/dev/sr0",fstype="iso9660",mountpoint="/media"}': values([
        0, 60,
      ]),
      'node_filesystem_size_bytes{node="a10-0",device="/dev/sr0",fstype="iso9660",mountpoint="/media"}': values([
        100, 60,
      ]),
      'node_filesystem_readonly{node="a10-0",device="/dev/sr0",fstype="iso9660",mountpoint="/media"}': values([1, 60]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels: { node: "a10-0", mountpoint: "/" },
  },
  NodeMemoryShort: {
    series: { 'node_pressure_memory_stalled_seconds_total{node="a10-0"}': growing([1, 20], [30, 30], [1, 30]) },
    at: { quiet: 15, firing: 45, resolved: 70 },
    labels: { node: "a10-0" },
  },
  ApiServerErrors: {
    series: {
      'apiserver_request_total{job="kube-apiserver",resource="pods",verb="LIST",code="200"}': growing([100, 90]),
      'apiserver_request_total{job="kube-apiserver",resource="pods",verb="LIST",code="503"}': growing(
        [0, 20],
        [30, 30],
        [0, 40],
      ),
    },
    at: { quiet: 15, firing: 45, resolved: 70 },
    labels: { resource: "pods" },
  },
  AggregatedApiUnavailable: {
    series: {
      'aggregator_unavailable_apiservice{name="v1beta1.external.metrics.k8s.io"}': values([0, 10], [1, 20], [0, 20]),
    },
    at: { quiet: 15, firing: 25, resolved: 40 },
    labels: { name: "v1beta1.external.metrics.k8s.io" },
  },
};
