import type { MetricSource } from "./metric.ts";

const perModel = ["model_name"] as const;

/** SGLang's server with `--enable-metrics`. */
export const sglang = {
  version: "0.5.5",
  source: "sgl-project/sglang: docs/references/production_metrics.md",
  metrics: {
    "sglang:num_running_reqs": { type: "gauge", labels: perModel },
    "sglang:num_queue_reqs": { type: "gauge", labels: perModel },
    "sglang:token_usage": { type: "gauge", labels: perModel },
    "sglang:cache_hit_rate": { type: "gauge", labels: perModel },
    "sglang:prompt_tokens_total": { type: "counter", labels: perModel },
    "sglang:generation_tokens_total": { type: "counter", labels: perModel },
    "sglang:time_to_first_token_seconds": { type: "histogram", labels: perModel },
    "sglang:queue_time_seconds": { type: "histogram", labels: perModel },
    "sglang:e2e_request_latency_seconds": { type: "histogram", labels: perModel },
  },
} as const satisfies MetricSource;

/** llama.cpp's server with `--metrics`. */
export const llamaCpp = {
  version: "b8681",
  source: "ggml-org/llama.cpp: tools/server/README.md, GET /metrics",
  metrics: {
    "llamacpp:requests_processing": { type: "gauge" },
    "llamacpp:requests_deferred": { type: "gauge" },
    "llamacpp:prompt_tokens_total": { type: "counter" },
    "llamacpp:tokens_predicted_total": { type: "counter" },
  },
} as const satisfies MetricSource;

/** Hugging Face's Text Embeddings Inference; times in seconds, without a unit in their names. */
export const tei = {
  version: "1.9",
  source: "huggingface/text-embeddings-inference: core/src/infer.rs, core/src/queue.rs, router/src/http/server.rs",
  metrics: {
    te_queue_size: { type: "gauge" },
    te_request_count: { type: "counter", labels: ["method"] },
    te_request_success: { type: "counter", labels: ["method"] },
    te_request_failure: { type: "counter", labels: ["err"] },
    te_request_duration: { type: "histogram", labels: ["method"] },
    te_request_queue_duration: { type: "histogram" },
    te_request_inference_duration: { type: "histogram" },
  },
} as const satisfies MetricSource;
