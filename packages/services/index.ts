export * from "./platform.ts";
export {
  EmbeddingServer,
  embeddingServerObjects,
  type Embedder,
  type EmbeddingServerArgs,
} from "./serving/embedding-server.ts";
export { embedderResources } from "./serving/embedding-pod.ts";
export { embeddingServerProblems } from "./serving/embedding-problems.ts";
export {
  InferenceServer,
  inferenceServerObjects,
  type InferenceServerArgs,
  type InferenceServerObjects,
} from "./serving/inference-server.ts";
export { gatewayNamespaceLabel } from "./serving/network.ts";
export type { GpuPool, NodePool } from "./serving/pool.ts";
export { loaderResources } from "./serving/weights-jobs.ts";
export { WeightsMirror, weightsMirrorObjects, type WeightsMirrorArgs } from "./serving/weights-mirror.ts";
export { mirroredWeights, weightsMirrorName } from "./serving/weights-platform.ts";
export { weightsSourceForm, weightsSourceRule } from "./serving/weights-source.ts";
export type { EngineArgs, EngineChoice } from "./serving/engine.ts";
export { serverScrapeTargets } from "./serving/scrape-targets.ts";
export { modelResources } from "./serving/resources.ts";
export type { SecretKeyReference, ServerArgs, WeightsArgs } from "./serving/server-args.ts";
export { apiKeySecretKey, apiKeySecretName } from "./serving/server-objects.ts";
export { inferenceServerProblems, serverNameProblem } from "./serving/problems.ts";
