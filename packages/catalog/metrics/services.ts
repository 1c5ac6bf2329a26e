import type { MetricSource } from "./metric.ts";

const perRequest = ["requested_model", "team", "team_alias", "api_key_alias", "user"] as const;

/** LiteLLM's proxy with the `prometheus` callback. Its client library adds `_total` to a counter's name. */
export const litellm = {
  version: "1.99.3",
  source: "BerriAI/litellm: litellm/integrations/prometheus.py, docs.litellm.ai/docs/proxy/prometheus",
  metrics: {
    litellm_proxy_total_requests_metric_total: { type: "counter", labels: [...perRequest, "status_code"] },
    litellm_proxy_failed_requests_metric_total: { type: "counter", labels: [...perRequest, "exception_status"] },
    litellm_request_total_latency_metric: { type: "histogram", labels: perRequest },
    litellm_input_tokens_metric_total: { type: "counter", labels: perRequest },
    litellm_output_tokens_metric_total: { type: "counter", labels: perRequest },
    litellm_spend_metric_total: { type: "counter", labels: perRequest },
    /** 0 healthy, 1 partial outage, 2 complete outage. */
    litellm_deployment_state: { type: "gauge", labels: ["litellm_model_name", "model_id", "api_base"] },
  },
} as const satisfies MetricSource;

/** Qdrant. */
export const qdrant = {
  version: "1.16",
  source: "qdrant.tech/documentation/guides/monitoring; qdrant/qdrant: src/common/metrics.rs",
  metrics: {
    app_info: { type: "gauge", labels: ["name", "version"] },
    app_status_recovery_mode: { type: "gauge" },
    collections_total: { type: "gauge" },
    collections_vector_total: { type: "gauge" },
    rest_responses_total: { type: "counter", labels: ["method", "endpoint", "status"] },
    rest_responses_duration_seconds: { type: "histogram", labels: ["method", "endpoint", "status"] },
    memory_resident_bytes: { type: "gauge" },
  },
} as const satisfies MetricSource;

/** The endpoint picker of the Gateway API inference extension. */
export const endpointPicker = {
  version: "1.5.0",
  source: "kubernetes-sigs/gateway-api-inference-extension: site-src/guides/metrics-and-observability.md",
  metrics: {
    inference_pool_average_kv_cache_utilization: { type: "gauge", labels: ["name"] },
    inference_pool_average_queue_size: { type: "gauge", labels: ["name"] },
    inference_pool_ready_pods: { type: "gauge", labels: ["name"] },
  },
} as const satisfies MetricSource;
