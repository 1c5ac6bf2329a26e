export * from "./cluster/index.ts";
export * from "./engine-environment.ts";
export * from "./kubernetes/index.ts";
export { type InstalledPlugins, installPlugins, type PluginOptions } from "./plugins/install.ts";
export { type ImageReport, imageRow } from "./images/index.ts";
export { provideImages } from "./node/images.ts";
export { realNodeParts } from "./node/requirements.ts";
export { type LockOptions, withLock } from "./lock.ts";
export * from "./toolchain/index.ts";
