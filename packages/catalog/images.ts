/**
 * Every container image the program deploys, pinned by tag. Digests are not pinned yet: no registry could be asked when this was
 * written.
 */
export const images = {
  /** The OpenAI-compatible vLLM server on CUDA 13: NVIDIA driver 580 or newer. */
  vllm: "docker.io/vllm/vllm-openai:v0.30.0",
  /** SGLang's server. */
  sglang: "docker.io/lmsysorg/sglang:v0.5.5",
  /** llama.cpp's server for CPU. */
  llamaCpp: "ghcr.io/ggml-org/llama.cpp:server-b8681",
  /** Hugging Face's embedding server, without a tag: `teiImage` adds the one for a GPU. */
  tei: "ghcr.io/huggingface/text-embeddings-inference",
  /** Qdrant, in the variant that does not run as root. */
  qdrant: "docker.io/qdrant/qdrant:v1.19.0-unprivileged",
  /** What runs the project's own scripts: a version that takes TypeScript as it is. */
  node: "docker.io/library/node:24.21.0-alpine",
  /** Carries copies of vector stores to buckets and back. */
  rclone: "docker.io/rclone/rclone:1.75.1",
  /** PostgreSQL 17 with pgvector 0.8. */
  pgvector: "docker.io/pgvector/pgvector:0.8.0-pg17",
  /** KServe's storage initialiser: Python with the clients of Hugging Face's hub and of S3, in a virtual environment under /prod_venv. */
  weightsLoader: "docker.io/kserve/storage-initializer:v0.16.0",
  /** NVIDIA's device plugin, GPU feature discovery, MPS control daemon and their config manager, one image. */
  nvidiaDevicePlugin: "nvcr.io/nvidia/k8s-device-plugin:v0.18.2",
  prometheus: "quay.io/prometheus/prometheus:v3.8.0",
  alertmanager: "quay.io/prometheus/alertmanager:v0.28.1",
  nodeExporter: "quay.io/prometheus/node-exporter:v1.9.1",
  kubeStateMetrics: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0",
  /** Its last release: frozen since May 2024. */
  prometheusAdapter: "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0",
  grafana: "docker.io/grafana/grafana:13.2.0",
  /** Node feature discovery: master, worker and garbage collector, one image. */
  nodeFeatureDiscovery: "registry.k8s.io/nfd/node-feature-discovery:v0.18.3",
  /** NVIDIA's exporter of GPU metrics, with DCGM 4.8.4 in it. */
  dcgmExporter: "nvcr.io/nvidia/k8s/dcgm-exporter:4.6.1-4.8.4-distroless",
  /** Splits GPUs by MIG. */
  migManager: "nvcr.io/nvidia/cloud-native/k8s-mig-manager:v0.13.1",
  /** NVIDIA's driver for dynamic resource allocation. */
  draDriver: "registry.k8s.io/dra-driver-nvidia/dra-driver-nvidia-gpu:v0.5.0",
  /** The version whose source the embedded cluster builds: later ones are no Go modules that resolve. */
  metricsServer: "registry.k8s.io/metrics-server/metrics-server:v0.7.2",
  /** The distribution with the components that Kubernetes users need. */
  openTelemetryCollector: "docker.io/otel/opentelemetry-collector-k8s:0.160.0",
  /** LiteLLM's proxy. The version that the embedded cluster can build from PyPI. */
  liteLlm: "ghcr.io/berriai/litellm:v1.99.3",
  /** Picks the replica of a model for each request of a Gateway: the last release before its project moved. */
  endpointPicker: "registry.k8s.io/gateway-api-inference-extension/epp:v1.5.0",
  /** Open WebUI. The version that the embedded cluster can build from PyPI. */
  openWebUi: "ghcr.io/open-webui/open-webui:v0.12.4",
  /** Valkey: counters, caches and queues. */
  valkey: "docker.io/valkey/valkey:8.1.1",
  /** This project's own worker of queues and pipelines, `packages/worker/Dockerfile`: build it and push it where your cluster pulls. */
  worker: "ghcr.io/genai-platform/worker:0.1.0",
} as const;
