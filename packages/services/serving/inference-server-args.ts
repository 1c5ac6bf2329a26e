import type { Dtype, ModelName, QuantizationName } from "@genai/catalog";
import type { QueueMetric, Scaling } from "./autoscaler.ts";
import type { EngineArgs } from "./engine.ts";
import type { InferencePoolSettings } from "./inference-pool-args.ts";
import type { ServerPool } from "./pool.ts";
import type { ServerArgs } from "./server-args.ts";

/** What a model server is: an engine with one model, in one tenant, on one pool. */
export interface InferenceServerArgs extends ServerArgs, EngineArgs {
  /** Model of the catalogue. */
  model: ModelName;
  /** Nodes that it runs on. */
  pool: ServerPool;
  /** GPUs of one replica; the weights are split between them. More than a node has need `leaderWorkerSet`. @default 1 */
  gpusPerReplica?: number;
  /** Groups among these GPUs that hold successive layers; within a group they share each layer. @default the nodes that a replica takes */
  pipelineParallel?: number;
  /** Replicas when idle, at least 1. @default 1 */
  minReplicas?: number;
  /** Replicas under load. Above `minReplicas` an autoscaler owns the number. @default `minReplicas` */
  maxReplicas?: number;
  /** When the autoscaler acts. */
  scaling?: Scaling;
  /** Where the autoscaler reads how many requests wait. @default it scales on CPU */
  queueMetric?: QueueMetric;
  /** Seconds in which 95 of 100 requests get their first token; an alert says when they do not. @default 2 */
  timeToFirstTokenSeconds?: number;
  /** Tokens of prompt and answer together. @default the model's own limit, or the longest that fits; `defaultContextLength` */
  contextLength?: number;
  /** Longest answer in tokens; the server enforces it, and the time to drain follows from it. @default 4096, or the context length if shorter */
  maximumOutputTokens?: number;
  /** @default the model's own; `float16` on GPUs without bfloat16 */
  dtype?: Dtype;
  /** Quantisation to apply while loading. @default the one that the weights are published with */
  quantization?: QuantizationName;
  /** `fp8` halves the key-value cache. @default 16 bits */
  keyValueCacheDtype?: "fp8";
  /** How a Gateway of the cluster reaches its replicas, each request the one that suits it. @default no Gateway does */
  inferencePool?: InferencePoolSettings;
  /** Published as a ConfigMap for the gateway and the UI: vLLM itself has no system prompt. @default none */
  systemPrompt?: string;
  /** Seconds until the first answer. @default derived; never less */
  startupSeconds?: number;
  /** Seconds to finish running answers when stopped. @default derived; never less */
  gracePeriodSeconds?: number;
}
