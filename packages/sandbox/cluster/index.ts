export { provideHostMetrics } from "./host-metrics.ts";
export * from "./lifecycle.ts";
export {
  type Cluster,
  ClusterError,
  type ClusterOptions,
  type ClusterTool,
  type NodePool,
  type NodeTaint,
} from "./options.ts";
