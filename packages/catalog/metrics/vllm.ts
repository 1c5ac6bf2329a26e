import type { MetricSource } from "./metric.ts";

const perEngine = ["model_name", "engine"] as const;

/** vLLM's OpenAI-compatible server. `num_requests_swapped` and `gpu_cache_usage_perc` are names of older versions. */
export const vllm = {
  version: "0.30.0",
  source: "vllm-project/vllm: vllm/v1/metrics/loggers.py; http_requests_total is of prometheus-fastapi-instrumentator",
  metrics: {
    "vllm:num_requests_running": { type: "gauge", labels: perEngine },
    "vllm:num_requests_waiting": { type: "gauge", labels: perEngine },
    "vllm:kv_cache_usage_perc": { type: "gauge", labels: perEngine },
    /** Always 1, with the size and number of the cache's blocks as labels. */
    "vllm:cache_config_info": { type: "gauge", labels: ["block_size", "num_gpu_blocks"] },
    "vllm:num_preemptions_total": { type: "counter", labels: perEngine },
    "vllm:prefix_cache_queries_total": { type: "counter", labels: perEngine },
    "vllm:prefix_cache_hits_total": { type: "counter", labels: perEngine },
    "vllm:prompt_tokens_total": { type: "counter", labels: perEngine },
    "vllm:generation_tokens_total": { type: "counter", labels: perEngine },
    "vllm:request_success_total": { type: "counter", labels: [...perEngine, "finished_reason"] },
    "vllm:time_to_first_token_seconds": { type: "histogram", labels: perEngine },
    "vllm:inter_token_latency_seconds": { type: "histogram", labels: perEngine },
    "vllm:e2e_request_latency_seconds": { type: "histogram", labels: perEngine },
    "vllm:request_queue_time_seconds": { type: "histogram", labels: perEngine },
    http_requests_total: { type: "counter", labels: ["handler", "method", "status"] },
  },
} as const satisfies MetricSource;
