import { seriesOf } from "@genai/catalog";
import { recorded } from "./recorded.ts";
import { modelEngines, perModel } from "./recordings.ts";
import { alertGroup, type RuleGroup } from "./rule.ts";

const kubernetes = seriesOf("kube-state-metrics");

const objective = recorded("genai:model_time_to_first_token_objective_seconds");
const budget = recorded("genai:model_startup_budget_seconds");
const model = `{{ $labels.workload }} of tenant {{ $labels.tenant }}`;

/** Series whose object has the model's name, or one that begins with it, as series of the model. */
const named = (expr: string, label: string, suffix = "") =>
  `max by (namespace, workload) (label_replace(${expr}, "workload", "$1", "${label}", "(.*)${suffix}")) + on (namespace, workload) group_left (tenant) 0 * ${budget}`;

/** The same of a Deployment, or of the leaders of a model over several nodes, whose LeaderWorkerSet makes a StatefulSet of them. */
const replicated = (ofDeployment: string, ofLeaders: string) =>
  `${named(ofDeployment, "deployment")} or ${named(ofLeaders, "statefulset", "-group")}`;

const readyReplicas = replicated(
  kubernetes("kube_deployment_status_replicas_ready"),
  kubernetes("kube_statefulset_status_replicas_ready"),
);
const wantedReplicas = replicated(kubernetes("kube_deployment_spec_replicas"), kubernetes("kube_statefulset_replicas"));
const ageSeconds = replicated(
  `(time() - ${kubernetes("kube_deployment_created")})`,
  `(time() - ${kubernetes("kube_statefulset_created")})`,
);
const scaledTo = named(kubernetes("kube_horizontalpodautoscaler_status_current_replicas"), "horizontalpodautoscaler");
const scaledAtMost = named(kubernetes("kube_horizontalpodautoscaler_spec_max_replicas"), "horizontalpodautoscaler");

/** Series of Pods as series of the model that they serve. */
const ofModelPods = `* on (namespace, pod) group_left (workload, tenant) ${recorded("genai:pod_workload", { component: "inference" })}`;
const startedSecondsAgo = `max by (namespace, pod) (time() - ${kubernetes("kube_pod_container_state_started")}) ${ofModelPods}`;
const restarts = `max by (namespace, pod) (increase(${kubernetes("kube_pod_container_status_restarts_total")}[30m])) ${ofModelPods}`;
const isNotReady = `max by (namespace, pod) (${kubernetes("kube_pod_status_ready", { condition: "true" })}) == 0`;

/** Alerts of model servers. */
export function modelAlerts(runbooks: string): RuleGroup[] {
  return [
    alertGroup(
      "models-serving",
      [modelEngines],
      {
        ModelQueueTimeHigh: {
          expr: `${recorded("genai:model_queue_time_seconds:p95")} > 10`,
          for: "5m",
          severity: "warning",
          summary: `Requests wait long for model ${model}`,
          description:
            "5 of 100 requests wait longer than {{ $value | humanizeDuration }} before the engine takes them.",
        },
        ModelTimeToFirstTokenSlow: {
          expr: `${recorded("genai:model_time_to_first_token_seconds:p95")} > on (${perModel}) ${objective}`,
          for: "10m",
          severity: "warning",
          summary: `Model ${model} answers later than promised`,
          description:
            "5 of 100 requests get their first token after {{ $value | humanizeDuration }}, later than the model's objective.",
        },
        ModelKeyValueCacheFull: {
          expr: `${recorded("genai:model_kv_cache_usage")} > 0.95 and ${recorded("genai:model_requests_waiting")} > 0`,
          for: "10m",
          severity: "warning",
          summary: `The key-value cache of model ${model} is full`,
          description:
            "{{ $value | humanizePercentage }} of a replica's cache is in use and requests wait: contexts are evicted and computed again.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "models-failing",
      ["vllm"],
      {
        ModelErrorRateHigh: {
          expr: `${recorded("genai:model_error_ratio:rate5m")} > 0.05`,
          for: "5m",
          severity: "critical",
          summary: `Model ${model} fails requests`,
          description: "{{ $value | humanizePercentage }} of the requests end with a server error.",
        },
      },
      runbooks,
    ),
    alertGroup(
      "models-replicas",
      ["kube-state-metrics"],
      {
        ModelHasNoReadyReplica: {
          // A new server may take its whole start, and ten minutes to pull the image.
          expr: `(${readyReplicas}) == 0 and (${wantedReplicas}) > 0 and (${ageSeconds}) > ${budget} + 600`,
          for: "5m",
          severity: "critical",
          summary: `No replica of model ${model} is ready`,
          description: "Every request fails until a replica is ready.",
        },
        ModelStartOverBudget: {
          expr: `(${startedSecondsAgo}) > on (namespace, workload) group_left () ${budget} and on (namespace, pod) ${isNotReady}`,
          for: "1m",
          severity: "warning",
          summary: `A replica of model ${model} takes longer to start than planned`,
          description:
            "Pod {{ $labels.pod }} started {{ $value | humanizeDuration }} ago and does not answer: its startup probe gives up soon.",
        },
        ModelRestarts: {
          expr: `(${restarts}) > 1.5`,
          severity: "warning",
          summary: `A replica of model ${model} restarts again and again`,
          description:
            "Pod {{ $labels.pod }} restarted {{ $value | humanize }} times in half an hour; each start loads the weights anew.",
        },
        ModelAtMaximumReplicas: {
          expr: `(${scaledTo}) >= (${scaledAtMost})`,
          for: "15m",
          severity: "warning",
          summary: `Model ${model} has as many replicas as it may`,
          description: "It runs {{ $value }} replicas, its maximum; more load makes requests wait.",
        },
      },
      runbooks,
    ),
  ];
}
