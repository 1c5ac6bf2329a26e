export * from "./platform.ts";
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
export { autoscalerMetrics, type QueueMetric } from "./serving/autoscaler.ts";
export { gatewayNamespaceLabel } from "./serving/network.ts";
export type { GpuPool, NodePool } from "./serving/pool.ts";
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
export { chatPageResources } from "./edge/chat-page-pod.ts";
export type { Exposure } from "./edge/exposure.ts";
export type { GatewayArgs, TenantLimits } from "./edge/gateway-args.ts";
export { Gateway, gatewayNamespace, gatewayObjects, gatewayScrapeTargets } from "./edge/gateway.ts";
export { gatewayFiles, metricsProgram, modelKeyVariable } from "./edge/gateway-config.ts";
export { gatewayPodSpec, gatewayRequests } from "./edge/gateway-pod.ts";
export { gatewayProblems } from "./edge/gateway-problems.ts";
export { drainSecondsOf } from "./edge/platform-edge.ts";
export { chatPageName } from "./edge/platform-page.ts";
export type {
  Collection,
  CollectionArgs,
  StoreLogin,
  VectorEngine,
  VectorStore,
  VectorStoreArgs,
} from "./vector-store/args.ts";
export { vectorStoreProblems } from "./vector-store/problems.ts";
export { replicaVectorBytes, storeJobResources, storeJobs, storeResources } from "./vector-store/resources.ts";
export {
  PostgresqlVectorStore,
  postgresqlVectorStoreObjects,
  QdrantVectorStore,
  qdrantVectorStoreObjects,
} from "./vector-store/vector-store.ts";
