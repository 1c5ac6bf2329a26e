import { type AlertCases, growing, values } from "./alert-case.ts";

const queue = `namespace="tenant-a",workload="batch",tenant="a",queue="batch"`;
const pod = `namespace="tenant-a",pod="batch-0"`;

/** The alerts of worker pools and their queues. */
export const workerCases: AlertCases = {
  WorkerBacklogOld: {
    series: {
      [`genai_worker_backlog_age_seconds{${queue},pod="batch-0"}`]: values([10, 10], [1000, 20], [10, 20]),
      [`genai_worker_backlog_age_seconds{${queue},pod="batch-1"}`]: values([10, 10], [990, 20], [10, 20]),
    },
    at: { quiet: 12, firing: 20, resolved: 40 },
    labels: { namespace: "tenant-a", queue: "batch", tenant: "a" },
  },
  WorkerMessagesPutAside: {
    series: {
      [`genai_worker_messages_total{${queue},outcome="putAside",pod="batch-0"}`]: growing([0, 10], [1, 10], [0, 40]),
      [`genai_worker_messages_total{${queue},outcome="done",pod="batch-0"}`]: growing([5, 60]),
    },
    at: { quiet: 9, firing: 15, resolved: 50 },
    labels: { namespace: "tenant-a", queue: "batch", tenant: "a" },
  },
  WorkersMissing: {
    series: {
      [`kube_pod_labels{${pod},label_app_kubernetes_io_component="worker",label_app_kubernetes_io_instance="batch"}`]:
        values([1, 60]),
      [`kube_pod_status_ready{${pod},condition="true"}`]: values([1, 10], [0, 30], [1, 20]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels: { namespace: "tenant-a", label_app_kubernetes_io_instance: "batch" },
  },
};
