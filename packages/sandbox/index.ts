export * from "./cluster/index.ts";
export * from "./engine-environment.ts";
export * from "./kubernetes/index.ts";
export { type InstalledPlugins, installPlugins, type PluginOptions } from "./plugins/install.ts";
export { realNodeParts } from "./node/requirements.ts";
export { type LockOptions, withLock } from "./lock.ts";
export * from "./toolchain/index.ts";
