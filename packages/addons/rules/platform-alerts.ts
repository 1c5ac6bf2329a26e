import { seriesOf } from "@genai/catalog";
import { alertGroup, type RuleGroup } from "./rule.ts";

const alertmanager = seriesOf("alertmanager");
const apiserver = seriesOf("kube-apiserver");
const kubelet = seriesOf("kubelet");
const kubernetes = seriesOf("kube-state-metrics");
const node = seriesOf("node-exporter");
const prometheus = seriesOf("prometheus");

/** What the platform's alerts are told. */
export interface PlatformAlertsArgs {
  runbooks: string;
  /** Namespace of the add-ons. */
  namespace: string;
}

/** Alerts of monitoring itself. */
function monitoringAlerts({ runbooks, namespace }: PlatformAlertsArgs): RuleGroup[] {
  const used = `max by (namespace, persistentvolumeclaim) (${kubelet("kubelet_volume_stats_available_bytes", { namespace })} / ${kubelet("kubelet_volume_stats_capacity_bytes", { namespace })})`;
  const broken = [
    prometheus("prometheus_tsdb_compactions_failed_total"),
    prometheus("prometheus_tsdb_wal_corruptions_total"),
  ];
  const failed = `sum by (integration) (rate(${alertmanager("alertmanager_notifications_failed_total")}[5m]))`;
  const all = `sum by (integration) (rate(${alertmanager("alertmanager_notifications_total")}[5m]))`;
  return [
    alertGroup(
      "monitoring",
      ["prometheus"],
      {
        DeadMansSwitch: {
          expr: "vector(1)",
          severity: "none",
          summary: "Alerting works",
          description: "It always fires. Whoever receives it has to sound the alarm when it stops coming.",
        },
        TargetDown: {
          expr: `${prometheus("up")} == 0`,
          for: "10m",
          severity: "warning",
          summary: "Metrics of {{ $labels.job }} cannot be read",
          description: "{{ $labels.instance }} does not answer; no alert about it can fire.",
        },
        PrometheusRuleFailures: {
          expr: `increase(${prometheus("prometheus_rule_evaluation_failures_total")}[5m]) > 0`,
          for: "5m",
          severity: "critical",
          summary: "Prometheus cannot evaluate rules",
          description: "Rules of {{ $labels.rule_group }} fail; their alerts cannot fire.",
        },
        PrometheusStorageBroken: {
          expr: broken.map((series) => `increase(${series}[3h]) > 0`).join(" or "),
          severity: "warning",
          summary: "Prometheus cannot write its data",
          description: "{{ $labels.pod }} failed to compact or found its log damaged; history may be missing.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "monitoring-volumes",
      ["kubelet"],
      {
        MonitoringDiskFull: {
          expr: `${used} < 0.05`,
          for: "10m",
          severity: "warning",
          summary: "The volume {{ $labels.persistentvolumeclaim }} of monitoring is nearly full",
          description: "{{ $value | humanizePercentage }} of it are free.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "alerting",
      ["prometheus", "alertmanager"],
      {
        PrometheusHasNoAlertmanager: {
          expr: `${prometheus("prometheus_notifications_alertmanagers_discovered")} == 0`,
          for: "5m",
          severity: "critical",
          summary: "Alerts go nowhere",
          description: "{{ $labels.pod }} found no Alertmanager; nobody is notified. Only the dead-man's switch tells.",
        },
        AlertsLost: {
          expr: `increase(${prometheus("prometheus_notifications_dropped_total")}[5m]) > 0`,
          for: "5m",
          severity: "critical",
          summary: "Prometheus loses alerts",
          description:
            "{{ $labels.pod }} could not hand {{ $value | humanize }} alerts to Alertmanager in five minutes.",
        },
        NotificationsFail: {
          expr: `${failed} / ${all} > 0.01`,
          for: "5m",
          severity: "critical",
          summary: "Notifications by {{ $labels.integration }} do not arrive",
          description: "{{ $value | humanizePercentage }} of them fail.",
        },
        AlertmanagerDivided: {
          expr: `min (${alertmanager("alertmanager_cluster_members")}) < count (${alertmanager("alertmanager_cluster_members")})`,
          for: "15m",
          severity: "warning",
          summary: "The replicas of Alertmanager do not see each other",
          description:
            "One sees {{ $value }} members only; people are notified twice, and silences hold in one replica.",
        },
      },
      runbooks,
    ),
  ];
}

/** Alerts of the cluster below. */
function clusterAlerts({ runbooks, namespace }: PlatformAlertsArgs): RuleGroup[] {
  const workload = (label: string, ready: string, wanted: string) =>
    `label_replace(${ready} < ${wanted}, "workload", "$1", "${label}", "(.*)")`;
  const lessThanWanted = [
    workload(
      "deployment",
      kubernetes("kube_deployment_status_replicas_ready", { namespace }),
      kubernetes("kube_deployment_spec_replicas", { namespace }),
    ),
    workload(
      "statefulset",
      kubernetes("kube_statefulset_status_replicas_ready", { namespace }),
      kubernetes("kube_statefulset_replicas", { namespace }),
    ),
    workload(
      "daemonset",
      kubernetes("kube_daemonset_status_number_ready", { namespace }),
      kubernetes("kube_daemonset_status_desired_number_scheduled", { namespace }),
    ),
  ];
  const disk = { fstype: { matchesNot: "tmpfs|overlay|squashfs|ramfs" } } as const;
  const free = `${node("node_filesystem_avail_bytes", disk)} / ${node("node_filesystem_size_bytes", disk)}`;
  const errors = `sum by (resource) (rate(${apiserver("apiserver_request_total", { code: { matches: "5.." } })}[5m]))`;
  const requests = `sum by (resource) (rate(${apiserver("apiserver_request_total")}[5m]))`;
  const failures = [
    kubernetes("kube_state_metrics_list_total", { result: "error" }),
    kubernetes("kube_state_metrics_watch_total", { result: "error" }),
  ];
  return [
    alertGroup(
      "platform",
      ["kube-state-metrics"],
      {
        AddonNotReady: {
          expr: `max by (namespace, workload) (${lessThanWanted.join(" or ")})`,
          for: "15m",
          severity: "warning",
          summary: "Add-on {{ $labels.workload }} is not complete",
          description: "{{ $value }} of its Pods are ready, fewer than it should have.",
        },
        KubeStateMetricsErrors: {
          expr: `sum by (resource) (${failures.map((series) => `rate(${series}[5m])`).join(" or ")}) > 0`,
          for: "15m",
          severity: "warning",
          summary: "kube-state-metrics cannot read {{ $labels.resource }}",
          description: "What it says of them is old; alerts that build on it are blind.",
        },
        NodeNotReady: {
          expr: `max by (node) (${kubernetes("kube_node_status_condition", { condition: "Ready", status: "true" })}) == 0`,
          for: "5m",
          severity: "critical",
          summary: "Node {{ $labels.node }} is not ready",
          description: "Its Pods are moved to other nodes after five minutes, if GPUs are free there.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "nodes",
      ["node-exporter"],
      {
        NodeDiskFull: {
          expr: `min by (node, mountpoint) (${free} and ${node("node_filesystem_readonly", disk)} == 0) < 0.1`,
          for: "15m",
          severity: "warning",
          summary: "The disk {{ $labels.mountpoint }} of node {{ $labels.node }} is nearly full",
          description:
            "{{ $value | humanizePercentage }} of it are free; the kubelet starts to evict Pods and to delete images.",
        },
        NodeMemoryShort: {
          expr: `rate(${node("node_pressure_memory_stalled_seconds_total")}[5m]) > 0.1`,
          for: "10m",
          severity: "warning",
          summary: "Node {{ $labels.node }} is short of memory",
          description:
            "Everything on it stands still for {{ $value | humanizePercentage }} of the time, waiting for memory.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "api-server",
      ["kube-apiserver"],
      {
        ApiServerErrors: {
          expr: `${errors} / ${requests} > 0.05`,
          for: "10m",
          severity: "critical",
          summary: "The Kubernetes API fails for {{ $labels.resource }}",
          description: "{{ $value | humanizePercentage }} of the requests end with a server error.",
        },
        AggregatedApiUnavailable: {
          expr: `max by (name) (${apiserver("aggregator_unavailable_apiservice")}) == 1`,
          for: "10m",
          severity: "critical",
          summary: "The API {{ $labels.name }} is not available",
          description: "Autoscalers that read it stand still, and namespaces cannot be deleted.",
        },
      },
      runbooks,
    ),
  ];
}

/** Alerts of the platform's own parts. */
export function platformAlerts(args: PlatformAlertsArgs): RuleGroup[] {
  return [...monitoringAlerts(args), ...clusterAlerts(args)];
}
