import { images } from "./images.ts";

/** What the platform knows of the inference engines it runs, at the version that `images` pins. */
export const engines = {
  vllm: {
    image: images.vllm,
    command: ["vllm", "serve"],
    /** Port of the API, of health and of metrics (vLLM's default). */
    port: 8000,
    /** Answers without an API key, and only once the engine can generate: the HTTP server starts after the weights are loaded. */
    healthPath: "/health",
    metricsPath: "/metrics",
    /** Where the OpenAI-compatible API lives; this, and not health, asks for the API key. */
    apiPath: "/v1",
    /**
     * User and group that the image prepares for running without root (its Dockerfile: `useradd --uid 2000 --gid 0`). Group 0
     * gives no rights by itself; the image's directories are readable through it.
     */
    user: 2000,
    group: 0,
    /** Share of a GPU's memory that the engine may take; vLLM's long-standing default, set explicitly because the fit relies on it. */
    gpuMemoryUtilization: 0.9,
    /** Metric names of the pinned version (docs.vllm.ai, usage/metrics); older versions said `gpu_cache_usage_perc`. */
    metrics: {
      requestsRunning: "vllm:num_requests_running",
      requestsWaiting: "vllm:num_requests_waiting",
      keyValueCacheUsage: "vllm:kv_cache_usage_perc",
      timeToFirstToken: "vllm:time_to_first_token_seconds",
      queueTime: "vllm:request_queue_time_seconds",
      requestLatency: "vllm:e2e_request_latency_seconds",
    },
  },
} as const;
