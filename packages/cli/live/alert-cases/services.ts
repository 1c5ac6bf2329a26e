import { type AlertCases, growing, values } from "./alert-case.ts";

const store = `namespace="tenant-a",workload="main",tenant="a",pod="main-0"`;
const claim = `namespace="tenant-a",persistentvolumeclaim="data-main-0"`;
const quota = `namespace="tenant-a",resourcequota="quota",resource="requests.nvidia.com/gpu"`;
const hour = 60;

/** The alerts of vector stores, gateway and tenants. */
export const serviceCases: AlertCases = {
  VectorStoreSnapshotMissing: {
    series: {
      'kube_cronjob_created{namespace="tenant-a",cronjob="main-snapshot"}': values([0, 60 * hour]),
      // The first run succeeds at hour 24, the next only at hour 54.
      'kube_cronjob_status_last_successful_time{namespace="tenant-a",cronjob="main-snapshot"}': `_x${24 * hour} ${values(
        [24 * 3600, 30 * hour],
        [54 * 3600, 6 * hour],
      )}`,
      'kube_cronjob_labels{namespace="tenant-a",cronjob="main-snapshot",label_app_kubernetes_io_component="vector-store-snapshot"}':
        values([1, 60 * hour]),
    },
    at: { quiet: 49 * hour, firing: 51 * hour, resolved: 55 * hour },
    labels: { namespace: "tenant-a", cronjob: "main-snapshot" },
  },
  VectorStoreDiskFull: {
    series: {
      [`kubelet_volume_stats_available_bytes{${claim}}`]: values([50, 10], [10, 20], [60, 20]),
      [`kubelet_volume_stats_capacity_bytes{${claim}}`]: values([100, 50]),
      [`kube_persistentvolumeclaim_labels{${claim},label_app_kubernetes_io_component="vector-store"}`]: values([1, 50]),
    },
    at: { quiet: 15, firing: 28, resolved: 40 },
    labels: { namespace: "tenant-a", persistentvolumeclaim: "data-main-0" },
  },
  VectorStoreErrorRateHigh: {
    series: {
      [`rest_responses_total{${store},method="POST",endpoint="/search",status="200"}`]: growing([100, 80]),
      [`rest_responses_total{${store},method="POST",endpoint="/search",status="500"}`]: growing(
        [1, 20],
        [30, 20],
        [0, 40],
      ),
    },
    at: { quiet: 15, firing: 35, resolved: 60 },
    labels: { namespace: "tenant-a", workload: "main", tenant: "a" },
  },
  GatewayErrorRateHigh: {
    series: {
      'litellm_proxy_total_requests_metric_total{namespace="genai-gateway",pod="gateway-0",status_code="200"}': growing(
        [100, 80],
      ),
      'litellm_proxy_failed_requests_metric_total{namespace="genai-gateway",pod="gateway-0",exception_status="503"}':
        growing([0, 20], [30, 20], [0, 40]),
    },
    at: { quiet: 15, firing: 35, resolved: 60 },
    labels: { namespace: "genai-gateway" },
  },
  GatewayModelUnavailable: {
    series: {
      'litellm_deployment_state{namespace="genai-gateway",litellm_model_name="chat",model_id="1"}': values(
        [0, 10],
        [2, 15],
        [0, 15],
      ),
    },
    at: { quiet: 12, firing: 20, resolved: 30 },
    labels: { namespace: "genai-gateway", litellm_model_name: "chat" },
  },
  TenantNearQuota: {
    series: {
      [`kube_resourcequota{${quota},type="used"}`]: values([2, 10], [8, 30], [2, 20]),
      [`kube_resourcequota{${quota},type="hard"}`]: values([8, 60]),
      'kube_namespace_labels{namespace="tenant-a",label_genai_platform_tenant="a"}': values([1, 60]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels: { namespace: "tenant-a", tenant: "a", resource: "requests.nvidia.com/gpu" },
  },
};
