import type { Gpu, GpuFamily } from "./gpus.ts";
import { images } from "./images.ts";

/** What the platform knows of an inference engine at the version that `images` pins. */
export interface Engine {
  version: string;
  /** Port of the API (the engine's default). */
  port: number;
  /** Port of the metrics. */
  metricsPort: number;
  metricsPath: string;
  /** Answers 200 only once the engine can serve, and asks for no API key. */
  healthPath: string;
  /** Where the OpenAI-compatible API lives. */
  apiPath: string;
  /** Command line options, or environment variables, by what they set. */
  options: Readonly<Record<string, string>>;
  /** Names of its Prometheus metrics by what they measure, for `version`. */
  metrics: Readonly<Record<string, string>>;
  source: string;
}

/** The engines by name. */
export const engines = {
  vllm: {
    version: "0.30.0",
    image: images.vllm,
    command: ["vllm", "serve"],
    port: 8000,
    metricsPort: 8000,
    /** The HTTP server starts after the weights are loaded. */
    healthPath: "/health",
    metricsPath: "/metrics",
    apiPath: "/v1",
    /**
     * User and group that the image prepares for running without root (its Dockerfile: `useradd --uid 2000 --gid 0`). Group 0
     * gives no rights by itself; the image's directories are readable through it.
     */
    user: 2000,
    group: 0,
    /** Share of a GPU's memory that the engine may take; vLLM's long-standing default, set explicitly because the fit relies on it. */
    gpuMemoryUtilization: 0.9,
    options: {
      model: "model",
      revision: "revision",
      servedModelName: "served-model-name",
      port: "port",
      dtype: "dtype",
      quantization: "quantization",
      keyValueCacheDtype: "kv-cache-dtype",
      tensorParallel: "tensor-parallel-size",
      pipelineParallel: "pipeline-parallel-size",
      contextLength: "max-model-len",
      gpuMemoryUtilization: "gpu-memory-utilization",
      generationConfig: "override-generation-config",
      shutdownTimeout: "shutdown-timeout",
    },
    /** Since 0.12; older versions said `vllm:gpu_cache_usage_perc`. */
    metrics: {
      requestsRunning: "vllm:num_requests_running",
      requestsWaiting: "vllm:num_requests_waiting",
      keyValueCacheUsage: "vllm:kv_cache_usage_perc",
      timeToFirstToken: "vllm:time_to_first_token_seconds",
      queueTime: "vllm:request_queue_time_seconds",
      requestLatency: "vllm:e2e_request_latency_seconds",
    },
    source: "docs.vllm.ai: configuration/serve_args, usage/metrics",
  },
  sglang: {
    version: "0.5.5",
    image: images.sglang,
    command: ["python3", "-m", "sglang.launch_server"],
    port: 30000,
    metricsPort: 30000,
    healthPath: "/health",
    metricsPath: "/metrics",
    apiPath: "/v1",
    options: {
      model: "model-path",
      revision: "revision",
      servedModelName: "served-model-name",
      port: "port",
      dtype: "dtype",
      quantization: "quantization",
      keyValueCacheDtype: "kv-cache-dtype",
      tensorParallel: "tp-size",
      pipelineParallel: "pp-size",
      contextLength: "context-length",
      gpuMemoryUtilization: "mem-fraction-static",
      metrics: "enable-metrics",
    },
    metrics: {
      requestsRunning: "sglang:num_running_reqs",
      requestsWaiting: "sglang:num_queue_reqs",
      keyValueCacheUsage: "sglang:token_usage",
      timeToFirstToken: "sglang:time_to_first_token_seconds",
      requestLatency: "sglang:e2e_request_latency_seconds",
    },
    source: "sgl-project/sglang: docs/references/production_metrics.md, docs/advanced_features/server_arguments.md",
  },
  llamaCpp: {
    version: "b8681",
    image: images.llamaCpp,
    command: ["/app/llama-server"],
    port: 8080,
    metricsPort: 8080,
    /** 503 while the model loads. */
    healthPath: "/health",
    metricsPath: "/metrics",
    apiPath: "/v1",
    options: {
      model: "hf-repo",
      servedModelName: "alias",
      port: "port",
      contextLength: "ctx-size",
      parallel: "parallel",
      threads: "threads",
      metrics: "metrics",
    },
    metrics: {
      requestsRunning: "llamacpp:requests_processing",
      requestsWaiting: "llamacpp:requests_deferred",
    },
    source: "ggml-org/llama.cpp: tools/server/README.md",
  },
  tei: {
    version: "1.9",
    image: images.tei,
    /** Of the image; a container without root cannot bind it, so `PORT` sets another. */
    port: 80,
    metricsPort: 9000,
    healthPath: "/health",
    metricsPath: "/metrics",
    apiPath: "/v1",
    options: {
      model: "MODEL_ID",
      revision: "REVISION",
      dtype: "DTYPE",
      port: "PORT",
      metricsPort: "PROMETHEUS_PORT",
      cache: "HUGGINGFACE_HUB_CACHE",
      autoTruncate: "AUTO_TRUNCATE",
      maximumBatchTokens: "MAX_BATCH_TOKENS",
      maximumConcurrentRequests: "MAX_CONCURRENT_REQUESTS",
      apiKey: "API_KEY",
    },
    metrics: {
      queueSize: "te_queue_size",
      requestLatency: "te_request_duration",
      requests: "te_request_count",
    },
    source: "huggingface/text-embeddings-inference: docs/source/en/cli_arguments.md, router/src/http/server.rs",
  },
} as const satisfies Record<string, Engine & Record<string, unknown>>;

/** Name of an engine. */
export type EngineName = keyof typeof engines;

/** The vLLM image for a GPU: CUDA 13 ended support of Volta, for which the project builds against CUDA 12.9. */
export function vllmImage({ family }: { family: GpuFamily }): string {
  return family === "volta" ? `${images.vllm}-cu129` : images.vllm;
}

/** Tag prefixes of TEI's images by compute capability: each is compiled for one (TEI's README, "Docker images"). */
const teiPrefixes: Readonly<Record<Gpu["computeCapability"], string>> = {
  "7.5": "turing-",
  "8.0": "",
  "8.6": "86-",
  "8.9": "89-",
  "9.0": "hopper-",
  "10.0": "100-",
  "12.0": "120-",
};

/**
 * The TEI image for a GPU, or for CPU where none is given.
 * @returns `undefined` for a GPU that TEI has no image for: Volta.
 */
export function teiImage(gpu?: Pick<Gpu, "computeCapability">): string | undefined {
  const prefix = gpu ? teiPrefixes[gpu.computeCapability] : "cpu-";
  return prefix === undefined ? undefined : `${images.tei}:${prefix}${engines.tei.version}`;
}
