import { seriesOf } from "@genai/catalog";
import { alertGroup, type RuleGroup } from "./rule.ts";

const worker = seriesOf("genai-worker");
const kubernetes = seriesOf("kube-state-metrics");

const perQueue = "namespace, queue, tenant";
const workerPods = kubernetes("kube_pod_labels", { label_app_kubernetes_io_component: "worker" });
const readyPods = kubernetes("kube_pod_status_ready", { condition: "true" });

/** Alerts of worker pools and their queues. */
export function workerAlerts(runbooks: string): RuleGroup[] {
  return [
    alertGroup(
      "worker-queues",
      ["genai-worker"],
      {
        WorkerBacklogOld: {
          expr: `max by (${perQueue}) (${worker("genai_worker_backlog_age_seconds")}) > 900`,
          for: "5m",
          severity: "warning",
          summary: "Messages of {{ $labels.queue }} wait too long",
          description: "The oldest message of tenant {{ $labels.tenant }} waits for {{ $value | humanizeDuration }}.",
        },
        WorkerMessagesPutAside: {
          expr: `sum by (${perQueue}) (increase(${worker("genai_worker_messages_total", { outcome: "putAside" })}[15m])) > 0`,
          severity: "warning",
          summary: "Workers of {{ $labels.queue }} put messages aside",
          description:
            "{{ $value | humanize }} messages of the last quarter of an hour failed too often to be tried again.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "workers",
      ["genai-worker", "kube-state-metrics"],
      {
        WorkersMissing: {
          expr: `max by (namespace, label_app_kubernetes_io_instance) (${workerPods} * on (namespace, pod) group_left () ${readyPods}) == 0`,
          for: "15m",
          severity: "critical",
          summary: "Nobody works on {{ $labels.label_app_kubernetes_io_instance }}",
          description: "There are workers in {{ $labels.namespace }}, and none of them is ready.",
        },
      },
      runbooks,
    ),
  ];
}
