import type { Matchers, TargetLabel } from "@genai/catalog";
import { selector } from "@genai/catalog";

/** Series that recording rules make, with their labels: what alerts, dashboards and scalers build on, whatever engine it is from. */
export const recordedSeries = {
  /** Promises and prices, which follow from the stack file. */
  "genai:model_time_to_first_token_objective_seconds": ["namespace", "workload", "tenant"],
  "genai:model_startup_budget_seconds": ["namespace", "workload", "tenant"],
  "genai:pool_gpu_dollars_per_hour": ["pool"],
  /** 1 for each namespace of a tenant, and for each Pod of the platform. */
  "genai:namespace_tenant": ["namespace", "tenant"],
  "genai:pod_workload": ["namespace", "pod", "workload", "component", "tenant"],
  /** Models. */
  "genai:model_requests_waiting": ["namespace", "workload", "tenant"],
  "genai:model_requests_running": ["namespace", "workload", "tenant"],
  "genai:model_kv_cache_usage": ["namespace", "workload", "tenant"],
  "genai:model_queue_time_seconds:p95": ["namespace", "workload", "tenant"],
  "genai:model_time_to_first_token_seconds:p95": ["namespace", "workload", "tenant"],
  "genai:model_requests:rate5m": ["namespace", "workload", "tenant"],
  "genai:model_error_ratio:rate5m": ["namespace", "workload", "tenant"],
  "genai:model_output_tokens:rate5m": ["namespace", "workload", "tenant"],
  /** Each GPU. */
  "genai:gpu_memory_usage_ratio": ["node", "gpu", "UUID", "namespace", "pod"],
  /** Tenants. */
  "genai:tenant_quota_usage_ratio": ["namespace", "tenant", "resource"],
  "genai:tenant_gpus": ["namespace", "tenant"],
  "genai:tenant_dollars_per_hour": ["namespace", "tenant"],
} as const satisfies Record<string, readonly (TargetLabel | "pool" | "gpu" | "UUID" | "resource")[]>;

/** Name of a recorded series. */
export type RecordedName = keyof typeof recordedSeries;

/** The selector of a recorded series. */
export function recorded<Name extends RecordedName>(
  name: Name,
  matchers: Matchers<(typeof recordedSeries)[Name][number]> = {},
): string {
  return selector(name, matchers);
}

/** A recording rule under one of the known names. */
export function recording(record: RecordedName, expr: string, labels?: Readonly<Record<string, string>>) {
  return { record, expr, ...(labels && { labels }) };
}
