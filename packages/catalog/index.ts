export * from "./gpus.ts";
