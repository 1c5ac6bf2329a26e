import { images } from "./images.ts";

/** A change of an engine's names. */
export interface EngineChange {
  /** First version with the present names. */
  since: string;
  /** Metrics by what they measure, as they were called before. */
  metrics?: Readonly<Record<string, string>>;
  /** Options, by what they set, that there were not before. */
  newOptions?: readonly string[];
  source: string;
}

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
  /** What older versions called by another name, or did not have; the newest change first. @default nothing that is known */
  history?: readonly EngineChange[];
  source: string;
  /** First number of the oldest NVIDIA driver that its image runs with. @default not known */
  minimumDriverBranch?: number;
}

/** The engines by name. */
export const engines = {
  vllm: {
    version: "0.30.0",
    image: images.vllm,
    /** Its image is built with CUDA 13, whose first driver is 580 (NVIDIA's CUDA Toolkit release notes, table of minimum drivers). */
    minimumDriverBranch: 580,
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
    /**
     * Sequences that it works on at once; vLLM's default on GPUs below 70 GiB (`get_batch_defaults` in vllm/engine/arg_utils.py). Set
     * explicitly everywhere: larger GPUs default to 1024, whose sampling takes gigabytes that the fit does not know of.
     */
    maximumSequences: 256,
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
      maximumSequences: "max-num-seqs",
      generationConfig: "override-generation-config",
      shutdownTimeout: "shutdown-timeout",
      noPrefixCaching: "no-enable-prefix-caching",
      keyValueOffloadSize: "kv-offloading-size",
      keyValueOffloadBackend: "kv-offloading-backend",
      /** Over several nodes; source: docs/serving/parallelism_scaling and vllm/config/parallel.py. */
      nodes: "nnodes",
      nodeRank: "node-rank",
      masterAddress: "master-addr",
      masterPort: "master-port",
      /** Without an API, on every node but the first. */
      headless: "headless",
      executor: "distributed-executor-backend",
      enableAdapters: "enable-lora",
      /** A list of `name=path`. */
      adapters: "lora-modules",
      maximumAdapters: "max-loras",
      /** One of `adapterRanks`. */
      maximumAdapterRank: "max-lora-rank",
    },
    metrics: {
      requestsRunning: "vllm:num_requests_running",
      requestsWaiting: "vllm:num_requests_waiting",
      keyValueCacheUsage: "vllm:kv_cache_usage_perc",
      cacheConfiguration: "vllm:cache_config_info",
      timeToFirstToken: "vllm:time_to_first_token_seconds",
      interTokenLatency: "vllm:inter_token_latency_seconds",
      queueTime: "vllm:request_queue_time_seconds",
      requestLatency: "vllm:e2e_request_latency_seconds",
    },
    history: [
      {
        since: "0.18.0",
        newOptions: ["shutdownTimeout"],
        source: "vllm#34730; llm-d/llm-d#927: first in 0.18.0",
      },
      {
        // Deprecated in one version, hidden in the next and removed in the one after: from 0.11 on only the present names are certain.
        since: "0.11.0",
        metrics: {
          keyValueCacheUsage: "vllm:gpu_cache_usage_perc",
          interTokenLatency: "vllm:time_per_output_token_seconds",
        },
        source: "vllm#18354, vllm#24110; removed by vllm#29330",
      },
    ],
    source: "docs.vllm.ai: configuration/serve_args, usage/metrics, features/lora; vllm/config/lora.py",
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
      maximumSequences: "max-running-requests",
      host: "host",
      apiKey: "api-key",
      noPrefixCaching: "disable-radix-cache",
      keyValueOffload: "enable-hierarchical-cache",
      keyValueOffloadSize: "hicache-size",
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
    /** Environment variables: each option has one, and the key then is in no argument. */
    options: {
      repository: "LLAMA_ARG_HF_REPO",
      file: "LLAMA_ARG_HF_FILE",
      model: "LLAMA_ARG_MODEL",
      servedModelName: "LLAMA_ARG_ALIAS",
      host: "LLAMA_ARG_HOST",
      port: "LLAMA_ARG_PORT",
      contextLength: "LLAMA_ARG_CTX_SIZE",
      maximumOutputTokens: "LLAMA_ARG_N_PREDICT",
      parallel: "LLAMA_ARG_N_PARALLEL",
      threads: "LLAMA_ARG_THREADS",
      prefixCaching: "LLAMA_ARG_CACHE_PROMPT",
      metrics: "LLAMA_ARG_ENDPOINT_METRICS",
      apiKey: "LLAMA_API_KEY",
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
    /** Where a reranking model scores texts: beside OpenAI's interface, which has no such thing. */
    rerankPath: "/rerank",
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
      /** Texts of one request; 32 if nothing is said. */
      maximumTexts: "MAX_CLIENT_BATCH_SIZE",
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
