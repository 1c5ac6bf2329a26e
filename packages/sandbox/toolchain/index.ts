export { cacheSubdirectory } from "./cache.ts";
export { ToolchainError } from "./errors.ts";
export { inspectToolchain, type ToolReport } from "./inspect.ts";
export {
  type ResolvedTool,
  type ResolveOptions,
  resolveMonitoringTools,
  resolveNodeTools,
  resolveToolchain,
} from "./resolve.ts";
export { istioDefinitions } from "./istio.ts";
export { resolveKueue } from "./kueue.ts";
export type { ToolName } from "./tools.ts";
export type { NodeToolName } from "./node-tools.ts";
export type { MonitoringToolName } from "./monitoring-tools.ts";
