import { type AlertCases, growing, values } from "./alert-case.ts";

const place = { namespace: "tenant-a", workload: "chat", tenant: "a" };
const labels = `namespace="tenant-a",workload="chat",tenant="a",pod="chat-0",model_name="chat",engine="0"`;
const pod = `namespace="tenant-a",pod="chat-0",uid="1"`;
const podLabels = `kube_pod_labels{${pod},label_app_kubernetes_io_instance="chat",label_app_kubernetes_io_component="inference",label_genai_platform_tenant="a"}`;

/** Buckets of a histogram of which all requests take one second, then nine times the last, then one again: 20 minutes each. */
function slowness(name: string, middle: string): Record<string, string> {
  const bucket = (le: string) => `${name}_bucket{${labels},le="${le}"}`;
  return {
    [bucket("1")]: growing([60, 20], [0, 20], [60, 40]),
    [bucket(middle)]: growing([60, 80]),
    [bucket("+Inf")]: growing([60, 80]),
  };
}

/** One replica that starts, serves, fails and comes back. */
const readyReplicas = values([0, 15], [1, 15], [0, 20], [1, 20]);

/** The alerts of model servers; the objective of `chat` is 2 s, its budget for a start 600 s. */
export const modelCases: AlertCases = {
  ModelQueueTimeHigh: {
    series: slowness("vllm:request_queue_time_seconds", "60"),
    at: { quiet: 15, firing: 35, resolved: 60 },
    labels: place,
  },
  ModelTimeToFirstTokenSlow: {
    series: slowness("vllm:time_to_first_token_seconds", "10"),
    at: { quiet: 15, firing: 38, resolved: 60 },
    labels: place,
  },
  ModelKeyValueCacheFull: {
    series: {
      [`vllm:kv_cache_usage_perc{${labels}}`]: values([0.5, 10], [0.99, 40], [0.6, 30]),
      [`vllm:num_requests_waiting{${labels}}`]: values([0, 20], [4, 30], [0, 30]),
    },
    at: { quiet: 19, firing: 40, resolved: 60 },
    labels: place,
  },
  ModelErrorRateHigh: {
    series: {
      [`http_requests_total{${labels},handler="/v1/chat/completions",method="POST",status="2xx"}`]: growing([100, 90]),
      [`http_requests_total{${labels},handler="/v1/chat/completions",method="POST",status="5xx"}`]: growing(
        [1, 30],
        [20, 20],
        [0, 40],
      ),
    },
    at: { quiet: 25, firing: 45, resolved: 70 },
    labels: place,
  },
  ModelHasNoReadyReplica: {
    series: {
      'kube_deployment_status_replicas_ready{namespace="tenant-a",deployment="chat"}': readyReplicas,
      'kube_deployment_spec_replicas{namespace="tenant-a",deployment="chat"}': values([1, 70]),
      'kube_deployment_created{namespace="tenant-a",deployment="chat"}': values([0, 70]),
    },
    // A model over several nodes: the leaders count, and its workers' StatefulSets do not.
    otherSeries: {
      'kube_statefulset_status_replicas_ready{namespace="tenant-a",statefulset="chat-group"}': readyReplicas,
      'kube_statefulset_replicas{namespace="tenant-a",statefulset="chat-group"}': values([1, 70]),
      'kube_statefulset_created{namespace="tenant-a",statefulset="chat-group"}': values([0, 70]),
      'kube_statefulset_status_replicas_ready{namespace="tenant-a",statefulset="chat-group-0"}': values([1, 70]),
      'kube_statefulset_replicas{namespace="tenant-a",statefulset="chat-group-0"}': values([1, 70]),
    },
    // It is not ready at minute 10 either, but may still be starting then.
    at: { quiet: 10, firing: 40, resolved: 60 },
    labels: place,
  },
  ModelStartOverBudget: {
    series: {
      [`kube_pod_container_state_started{${pod},container="vllm"}`]: values([0, 60]),
      [`kube_pod_status_ready{${pod},condition="true"}`]: values([0, 30], [1, 30]),
      [podLabels]: values([1, 60]),
    },
    at: { quiet: 9, firing: 20, resolved: 40 },
    labels: { ...place, pod: "chat-0" },
  },
  ModelRestarts: {
    series: {
      [`kube_pod_container_status_restarts_total{${pod},container="vllm"}`]: values([0, 40], [1, 5], [2, 5], [3, 60]),
      [podLabels]: values([1, 110]),
    },
    at: { quiet: 35, firing: 52, resolved: 95 },
    labels: { ...place, pod: "chat-0" },
  },
  ModelAtMaximumReplicas: {
    series: {
      'kube_horizontalpodautoscaler_status_current_replicas{namespace="tenant-a",horizontalpodautoscaler="chat"}':
        values([1, 10], [3, 30], [2, 20]),
      'kube_horizontalpodautoscaler_spec_max_replicas{namespace="tenant-a",horizontalpodautoscaler="chat"}': values([
        3, 60,
      ]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels: place,
  },
};
