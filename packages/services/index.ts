export * from "./platform.ts";
export {
  apiKeySecretKey,
  apiKeySecretName,
  InferenceServer,
  inferenceServerObjects,
  type InferenceServerArgs,
  type InferenceServerObjects,
  type SecretKeyReference,
} from "./serving/inference-server.ts";
export { gatewayNamespaceLabel } from "./serving/network.ts";
export type { GpuPool, Taint } from "./serving/pool.ts";
export { inferenceServerProblems } from "./serving/problems.ts";
