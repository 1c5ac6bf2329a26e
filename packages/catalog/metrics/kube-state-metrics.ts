import type { MetricSource } from "./metric.ts";

const perPod = ["namespace", "pod", "uid"] as const;
const perContainer = [...perPod, "container"] as const;
const perDeployment = ["namespace", "deployment"] as const;
const perStatefulSet = ["namespace", "statefulset"] as const;
const perDaemonSet = ["namespace", "daemonset"] as const;
const perAutoscaler = ["namespace", "horizontalpodautoscaler"] as const;
const perCronJob = ["namespace", "cronjob"] as const;

/** What kube-state-metrics says of Kubernetes' objects. `*_labels` carry only the labels of its allow-list. */
export const kubeStateMetrics = {
  version: "2.15.0",
  source: "kubernetes/kube-state-metrics v2.15.0: docs/metrics",
  metrics: {
    kube_node_info: { type: "gauge", labels: ["node", "kernel_version", "kubelet_version"] },
    kube_node_labels: { type: "gauge", labels: ["node", "label_genai_platform_pool"] },
    kube_node_status_condition: { type: "gauge", labels: ["node", "condition", "status"] },
    kube_node_status_allocatable: { type: "gauge", labels: ["node", "resource", "unit"] },
    kube_namespace_labels: { type: "gauge", labels: ["namespace", "label_genai_platform_tenant"] },
    kube_pod_info: { type: "gauge", labels: [...perPod, "node", "created_by_kind", "created_by_name"] },
    kube_pod_labels: {
      type: "gauge",
      labels: [
        ...perPod,
        "label_app_kubernetes_io_instance",
        "label_app_kubernetes_io_component",
        "label_genai_platform_tenant",
      ],
    },
    kube_pod_status_phase: { type: "gauge", labels: [...perPod, "phase"] },
    kube_pod_status_ready: { type: "gauge", labels: [...perPod, "condition"] },
    kube_pod_container_state_started: { type: "gauge", labels: perContainer },
    kube_pod_container_status_restarts_total: { type: "counter", labels: perContainer },
    kube_pod_container_resource_requests: { type: "gauge", labels: [...perContainer, "node", "resource", "unit"] },
    kube_deployment_created: { type: "gauge", labels: perDeployment },
    kube_deployment_spec_replicas: { type: "gauge", labels: perDeployment },
    kube_deployment_status_replicas_ready: { type: "gauge", labels: perDeployment },
    kube_statefulset_created: { type: "gauge", labels: perStatefulSet },
    kube_statefulset_replicas: { type: "gauge", labels: perStatefulSet },
    kube_statefulset_status_replicas_ready: { type: "gauge", labels: perStatefulSet },
    kube_daemonset_status_desired_number_scheduled: { type: "gauge", labels: perDaemonSet },
    kube_daemonset_status_number_ready: { type: "gauge", labels: perDaemonSet },
    kube_horizontalpodautoscaler_spec_max_replicas: { type: "gauge", labels: perAutoscaler },
    kube_horizontalpodautoscaler_status_current_replicas: { type: "gauge", labels: perAutoscaler },
    kube_resourcequota: { type: "gauge", labels: ["namespace", "resourcequota", "resource", "type"] },
    kube_cronjob_labels: { type: "gauge", labels: [...perCronJob, "label_app_kubernetes_io_component"] },
    kube_cronjob_created: { type: "gauge", labels: perCronJob },
    kube_cronjob_status_last_successful_time: { type: "gauge", labels: perCronJob },
    kube_persistentvolumeclaim_labels: {
      type: "gauge",
      labels: ["namespace", "persistentvolumeclaim", "label_app_kubernetes_io_component"],
    },
    kube_state_metrics_list_total: { type: "counter", labels: ["resource", "result"] },
    kube_state_metrics_watch_total: { type: "counter", labels: ["resource", "result"] },
  },
} as const satisfies MetricSource;
