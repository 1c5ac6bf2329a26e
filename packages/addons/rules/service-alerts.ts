import { seriesOf } from "@genai/catalog";
import { recorded } from "./recorded.ts";
import { alertGroup, type RuleGroup } from "./rule.ts";
import { workerAlerts } from "./worker-alerts.ts";

const kubernetes = seriesOf("kube-state-metrics");
const kubelet = seriesOf("kubelet");
const litellm = seriesOf("litellm");
const qdrant = seriesOf("qdrant");

/** What of the platform a rule knows by the label `app.kubernetes.io/component`. */
export const watchedComponents = { vectorStore: "vector-store", vectorStoreSnapshot: "vector-store-snapshot" } as const;

const snapshotJobs = kubernetes("kube_cronjob_labels", {
  label_app_kubernetes_io_component: watchedComponents.vectorStoreSnapshot,
});
const storeVolumes = kubernetes("kube_persistentvolumeclaim_labels", {
  label_app_kubernetes_io_component: watchedComponents.vectorStore,
});
const lastSnapshot = `(${kubernetes("kube_cronjob_status_last_successful_time")} or ${kubernetes("kube_cronjob_created")})`;
const freeShare = `${kubelet("kubelet_volume_stats_available_bytes")} / ${kubelet("kubelet_volume_stats_capacity_bytes")}`;
const perStore = "namespace, workload, tenant";
const searches = qdrant("rest_responses_total");
const failedSearches = qdrant("rest_responses_total", { status: { matches: "5.*" } });
const gatewayRequests = litellm("litellm_proxy_total_requests_metric_total");
const gatewayFailures = litellm("litellm_proxy_failed_requests_metric_total", { exception_status: { matches: "5.*" } });

/** Alerts of vector stores. */
function vectorStoreAlerts(runbooks: string): RuleGroup[] {
  return [
    alertGroup(
      "vector-store-snapshots",
      ["kube-state-metrics"],
      {
        VectorStoreSnapshotMissing: {
          expr: `time() - max by (namespace, cronjob) (${lastSnapshot}) > 26 * 3600 and on (namespace, cronjob) ${snapshotJobs}`,
          severity: "critical",
          summary: "Vector store of {{ $labels.namespace }} has no recent snapshot",
          description:
            "{{ $labels.cronjob }} last succeeded {{ $value | humanizeDuration }} ago; what was written since would be lost.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "vector-store-volumes",
      ["kube-state-metrics", "kubelet"],
      {
        VectorStoreDiskFull: {
          expr: `max by (namespace, persistentvolumeclaim) (${freeShare}) < 0.15 and on (namespace, persistentvolumeclaim) ${storeVolumes}`,
          for: "10m",
          severity: "critical",
          summary: "The volume {{ $labels.persistentvolumeclaim }} of {{ $labels.namespace }} is nearly full",
          description:
            "{{ $value | humanizePercentage }} of it are free; a vector store without space refuses writes and may not start.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "vector-stores",
      ["qdrant"],
      {
        VectorStoreErrorRateHigh: {
          expr: `sum by (${perStore}) (rate(${failedSearches}[5m])) / sum by (${perStore}) (rate(${searches}[5m])) > 0.05`,
          for: "5m",
          severity: "critical",
          summary: "Vector store {{ $labels.workload }} of tenant {{ $labels.tenant }} fails requests",
          description: "{{ $value | humanizePercentage }} of the requests end with a server error.",
        },
      },
      runbooks,
    ),
  ];
}

/** Alerts of vector stores, gateway, workers and tenants. */
export function serviceAlerts(runbooks: string): RuleGroup[] {
  return [
    ...vectorStoreAlerts(runbooks),
    alertGroup(
      "gateway",
      ["litellm"],
      {
        GatewayErrorRateHigh: {
          expr: `sum by (namespace) (rate(${gatewayFailures}[5m])) / sum by (namespace) (rate(${gatewayRequests}[5m])) > 0.05`,
          for: "5m",
          severity: "critical",
          summary: "The gateway fails requests",
          description:
            "{{ $value | humanizePercentage }} of all requests end with a server error, whatever model they ask.",
        },
        GatewayModelUnavailable: {
          expr: `max by (namespace, litellm_model_name) (${litellm("litellm_deployment_state")}) == 2`,
          for: "5m",
          severity: "warning",
          summary: "The gateway cannot reach {{ $labels.litellm_model_name }}",
          description: "Requests for it fail, or go to the models that stand in.",
        },
      },
      runbooks,
    ),
    ...workerAlerts(runbooks),
    alertGroup(
      "tenants",
      ["kube-state-metrics"],
      {
        TenantNearQuota: {
          expr: `${recorded("genai:tenant_quota_usage_ratio")} > 0.9`,
          for: "15m",
          severity: "info",
          summary: "Tenant {{ $labels.tenant }} has nearly used up its quota of {{ $labels.resource }}",
          description: "{{ $value | humanizePercentage }} are in use; what does not fit will not be started.",
        },
      },
      runbooks,
    ),
  ];
}
