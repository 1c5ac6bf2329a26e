export * from "./addon-namespace.ts";
export * from "./catalog.ts";
export * from "./nvidia-device-plugin.ts";
export * from "./rules/index.ts";
export * from "./prometheus/prometheus.ts";
