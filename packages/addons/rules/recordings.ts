import { seriesOf } from "@genai/catalog";
import type { ModelObjectives } from "@genai/core";
import { recorded, recording } from "./recorded.ts";
import type { RuleGroup } from "./rule.ts";

const dcgm = seriesOf("dcgm-exporter");
const kubernetes = seriesOf("kube-state-metrics");
const sglang = seriesOf("sglang");
const vllm = seriesOf("vllm");

/** The engines whose metrics the series of models are recorded from: what reads those alone works with any. */
export const modelEngines = ["vllm", "sglang"] as const;

/** Labels of everything that is said of a model. */
export const perModel = "namespace, workload, tenant";

/** What of a stack file the recording rules say to all others. */
export interface StackFacts {
  objectives: readonly ModelObjectives[];
  /** Price of a GPU and hour by the name of its pool. */
  gpuDollarsPerHour: Readonly<Record<string, number>>;
}

/** The recording rules. */
export function recordingGroups(facts: StackFacts): RuleGroup[] {
  return [stackFile(facts), places, models, failures, gpus, tenants];
}

/** The stack file's own numbers as series, so that one alert rule serves every model. */
function stackFile({ objectives, gpuDollarsPerHour }: StackFacts): RuleGroup {
  const ofModels = objectives.flatMap(({ startupSeconds, timeToFirstTokenSeconds, ...labels }) => [
    recording("genai:model_time_to_first_token_objective_seconds", `vector(${timeToFirstTokenSeconds})`, labels),
    recording("genai:model_startup_budget_seconds", `vector(${startupSeconds})`, labels),
  ]);
  const ofPools = Object.entries(gpuDollarsPerHour).map(([pool, dollars]) =>
    recording("genai:pool_gpu_dollars_per_hour", `vector(${dollars})`, { pool }),
  );
  return { name: "genai-stack-file", sources: [], rules: [...ofModels, ...ofPools] };
}

/** A Kubernetes label under the name that series of the platform have for it. */
function relabelled(expr: string, label: string, from: string): string {
  return `label_replace(${expr}, "${label}", "$1", "${from}", "(.*)")`;
}

const tenantNamespaces = relabelled(
  kubernetes("kube_namespace_labels", { label_genai_platform_tenant: { not: "" } }),
  "tenant",
  "label_genai_platform_tenant",
);

const labelledPods = (
  [
    ["workload", "label_app_kubernetes_io_instance"],
    ["component", "label_app_kubernetes_io_component"],
    ["tenant", "label_genai_platform_tenant"],
  ] as const
).reduce(
  (expr, [label, from]) => relabelled(expr, label, from),
  kubernetes("kube_pod_labels", { label_app_kubernetes_io_instance: { not: "" } }),
);

const places: RuleGroup = {
  name: "genai-places",
  sources: ["kube-state-metrics"],
  rules: [
    recording("genai:namespace_tenant", `max by (namespace, tenant) (${tenantNamespaces})`),
    recording("genai:pod_workload", `max by (namespace, pod, workload, component, tenant) (${labelledPods})`),
  ],
};

const p95 = (buckets: string) => `histogram_quantile(0.95, sum by (${perModel}, le) (${buckets}))`;

/** What either engine says; no server runs both. */
const eitherEngine = (ofVllm: string, ofSglang: string, range = "") =>
  [ofVllm, ofSglang].map((series) => (range ? `rate(${series}[${range}])` : series)).join(" or ");

const models: RuleGroup = {
  name: "genai-models",
  sources: [modelEngines],
  rules: [
    recording(
      "genai:model_requests_waiting",
      `sum by (${perModel}) (${eitherEngine(vllm("vllm:num_requests_waiting"), sglang("sglang:num_queue_reqs"))})`,
    ),
    recording(
      "genai:model_requests_running",
      `sum by (${perModel}) (${eitherEngine(vllm("vllm:num_requests_running"), sglang("sglang:num_running_reqs"))})`,
    ),
    recording(
      "genai:model_kv_cache_usage",
      `max by (${perModel}) (${eitherEngine(vllm("vllm:kv_cache_usage_perc"), sglang("sglang:token_usage"))})`,
    ),
    recording(
      "genai:model_queue_time_seconds:p95",
      p95(
        eitherEngine(vllm("vllm:request_queue_time_seconds_bucket"), sglang("sglang:queue_time_seconds_bucket"), "5m"),
      ),
    ),
    recording(
      "genai:model_time_to_first_token_seconds:p95",
      p95(
        eitherEngine(
          vllm("vllm:time_to_first_token_seconds_bucket"),
          sglang("sglang:time_to_first_token_seconds_bucket"),
          "5m",
        ),
      ),
    ),
    recording(
      "genai:model_requests:rate5m",
      `sum by (${perModel}) (${eitherEngine(
        vllm("http_requests_total", { handler: { matches: "/v1/.*" } }),
        sglang("sglang:e2e_request_latency_seconds_count"),
        "5m",
      )})`,
    ),
    recording(
      "genai:model_output_tokens:rate5m",
      `sum by (${perModel}) (${eitherEngine(
        vllm("vllm:generation_tokens_total"),
        sglang("sglang:generation_tokens_total"),
        "5m",
      )})`,
    ),
  ],
};

const requestsOf = (status: Parameters<typeof vllm<"http_requests_total">>[1]) =>
  `sum by (${perModel}) (rate(${vllm("http_requests_total", { handler: { matches: "/v1/.*" }, ...status })}[5m]))`;

/** SGLang does not count failed requests. */
const failures: RuleGroup = {
  name: "genai-models-failing",
  sources: ["vllm"],
  rules: [
    recording(
      "genai:model_error_ratio:rate5m",
      // A server that never failed has no such series yet: none is no failure.
      `(${requestsOf({ status: { matches: "5.*" } })} or 0 * ${requestsOf({})}) / (${requestsOf({})} > 0)`,
    ),
  ],
};

const used = dcgm("DCGM_FI_DEV_FB_USED");

const gpus: RuleGroup = {
  name: "genai-gpus",
  sources: ["dcgm-exporter"],
  rules: [
    recording(
      "genai:gpu_memory_usage_ratio",
      `max by (node, gpu, UUID, namespace, pod) (${used} / (${used} + ${dcgm("DCGM_FI_DEV_FB_FREE")}))`,
    ),
  ],
};

const quota = (type: "used" | "hard") =>
  `max by (namespace, resource) (${kubernetes("kube_resourcequota", { type })}${type === "hard" ? " > 0" : ""})`;

/** GPUs of each running Pod, with its node. */
const podGpus = [
  `sum by (namespace, pod, node) (${kubernetes("kube_pod_container_resource_requests", { resource: "nvidia_com_gpu" })})`,
  `* on (namespace, pod) group_left () max by (namespace, pod) (${kubernetes("kube_pod_status_phase", { phase: "Running" })} == 1)`,
].join(" ");

const ofTenant = `* on (namespace) group_left (tenant) ${recorded("genai:namespace_tenant")}`;
const nodePools = `max by (node, pool) (${relabelled(kubernetes("kube_node_labels"), "pool", "label_genai_platform_pool")})`;
const nodePrices = `${nodePools} * on (pool) group_left () ${recorded("genai:pool_gpu_dollars_per_hour")}`;

const tenants: RuleGroup = {
  name: "genai-tenants",
  sources: ["kube-state-metrics"],
  rules: [
    recording("genai:tenant_quota_usage_ratio", `(${quota("used")} / ${quota("hard")}) ${ofTenant}`),
    recording("genai:tenant_gpus", `sum by (namespace, tenant) (${podGpus} ${ofTenant})`),
    recording(
      "genai:tenant_dollars_per_hour",
      `sum by (namespace, tenant) (${podGpus} ${ofTenant} * on (node) group_left () sum by (node) (${nodePrices}))`,
    ),
  ],
};
