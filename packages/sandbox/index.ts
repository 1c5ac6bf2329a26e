export * from "./cluster/index.ts";
export * from "./engine-environment.ts";
export * from "./kubernetes/index.ts";
