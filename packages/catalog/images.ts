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
  /** NVIDIA's device plugin and GPU feature discovery, one image. */
  nvidiaDevicePlugin: "nvcr.io/nvidia/k8s-device-plugin:v0.18.2",
  prometheus: "quay.io/prometheus/prometheus:v3.8.0",
  alertmanager: "quay.io/prometheus/alertmanager:v0.28.1",
  nodeExporter: "quay.io/prometheus/node-exporter:v1.9.1",
  kubeStateMetrics: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0",
  /** Its last release: frozen since May 2024. */
  prometheusAdapter: "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0",
  grafana: "docker.io/grafana/grafana:13.2.0",
} as const;
