export * from "./platform.ts";
export type { Prompt, Prompts, PromptVariant } from "./prompts/prompt-args.ts";
export {
  type PromptIndex,
  promptIndex,
  promptObjects,
  promptVariantName,
  promptVolume,
} from "./prompts/prompt-objects.ts";
export { variableName } from "./prompts/template.ts";
export { promptProblems } from "./prompts/prompt-problems.ts";
export {
  EmbeddingServer,
  embeddingServerObjects,
  embeddingServerScrapeTargets,
  type Embedder,
  type EmbeddingServerArgs,
} from "./serving/embedding-server.ts";
export { embedderResources } from "./serving/embedding-pod.ts";
export { embeddingServerProblems } from "./serving/embedding-problems.ts";
export {
  InferenceServer,
  inferenceServerObjectives,
  inferenceServerObjects,
  inferenceServerScrapeTargets,
  type InferenceServerArgs,
  type InferenceServerObjects,
} from "./serving/inference-server.ts";
export { ModelPool, modelPoolObjects, modelPoolScrapeTargets, type ModelPoolArgs } from "./serving/inference-pool.ts";
export { type InferencePoolSettings, pickerName, proxyNamespaceOf } from "./serving/inference-pool-args.ts";
export { inferencePoolNameProblems } from "./serving/inference-pool-problems.ts";
export { pickerResources } from "./serving/picker-pod.ts";
export { autoscalerMetrics, type QueueMetric } from "./serving/autoscaler.ts";
export { gatewayNamespaceLabel } from "./serving/network.ts";
export type { GpuPool, NodePool } from "./serving/pool.ts";
export { contextLengthOf } from "./serving/settings.ts";
export { loaderResources } from "./serving/weights-jobs.ts";
export { WeightsMirror, weightsMirrorObjects, type WeightsMirrorArgs } from "./serving/weights-mirror.ts";
export { mirroredWeights, weightsMirrorName } from "./serving/weights-platform.ts";
export { weightsSourceForm, weightsSourceRule } from "./serving/weights-source.ts";
export type { EngineArgs, EngineChoice } from "./serving/engine.ts";
export { replicaShape, type ReplicaShape } from "./serving/group.ts";
export { groupPoolProblems } from "./serving/group-problems.ts";
export { modelResources } from "./serving/resources.ts";
export type { SecretKeyReference, ServerArgs, WeightsArgs } from "./serving/server-args.ts";
export { apiKeySecretKey, apiKeySecretName } from "./serving/server-objects.ts";
export { adapterNameProblems } from "./serving/adapter-problems.ts";
export { type AdapterArgs, servedNames } from "./serving/adapters.ts";
export { inferenceServerProblems } from "./serving/problems.ts";
export { serverNameProblem } from "./serving/server-name.ts";
export { cacheObjects, cacheResources } from "./edge/cache.ts";
export { ChatPage, chatPageObjects, chatPageProblems, type ChatPageArgs } from "./edge/chat-page.ts";
export { closedVariables } from "./edge/chat-page-closed.ts";
export { chatPageResources, chatPageSecretKeys } from "./edge/chat-page-pod.ts";
export type { Exposure } from "./edge/exposure.ts";
export { guardrailActions, guardrailPatterns } from "./edge/guardrails.ts";
export type { GatewayArgs, TenantLimits } from "./edge/gateway-args.ts";
export {
  Gateway,
  gatewayName,
  gatewayNamespace,
  gatewayObjects,
  gatewayScrapeTargets,
  tenantKeysSecretName,
} from "./edge/gateway.ts";
export { gatewayFiles, gatewayProgram, metricsProgram, modelKeyVariable } from "./edge/gateway-config.ts";
export { gatewayPodSpec, gatewayRequests } from "./edge/gateway-pod.ts";
export { gatewayProblems } from "./edge/gateway-problems.ts";
export { drainSecondsOf } from "./edge/platform-edge.ts";
export { chatPageName } from "./edge/platform-page.ts";
export type { PlatformJobs, PlatformPipeline, PlatformWorker } from "./jobs/platform-jobs.ts";
export type { PlatformTask } from "./jobs/wiring.ts";
export { EmbeddingPipeline, embeddingPipelineObjects, type EmbeddingPipelineArgs } from "./jobs/embedding-pipeline.ts";
export { pipelineResources } from "./jobs/pipeline-pod.ts";
export { sourceProblems, type PipelineSource } from "./jobs/pipeline-source.ts";
export {
  kedaNamespace,
  queueName,
  WorkQueue,
  workQueueObjects,
  queueResources,
  type WorkQueueArgs,
} from "./jobs/work-queue.ts";
export { WorkerPool, workerPoolObjects } from "./jobs/worker-pool.ts";
export { workerResources, type WorkerPoolArgs } from "./jobs/worker-args.ts";
export type {
  Collection,
  CollectionArgs,
  StoreLogin,
  VectorEngine,
  VectorStore,
  VectorStoreArgs,
} from "./vector-store/args.ts";
export { vectorStoreProblems } from "./vector-store/problems.ts";
export { drilledVectorBytes, storeJobResources, storeJobs, storeResources } from "./vector-store/resources.ts";
export {
  PostgresqlVectorStore,
  postgresqlVectorStoreObjects,
  QdrantVectorStore,
  qdrantVectorStoreObjects,
} from "./vector-store/vector-store.ts";
export {
  type BatchAmounts,
  batchPriorityClassNames,
  BatchQueues,
  batchQueuesObjects,
  type BatchQueuesArgs,
  localQueueName,
} from "./scheduling/batch-queues.ts";
export { storeKeys, storeKeysName } from "./vector-store/store-objects.ts";
