export * from "./addon-namespace.ts";
export * from "./catalog.ts";
export * from "./nvidia-device-plugin.ts";
