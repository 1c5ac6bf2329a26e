export * from "./drain-budget.ts";
export * from "./engines.ts";
export * from "./fit.ts";
export * from "./gpus.ts";
export * from "./images.ts";
export * from "./memory.ts";
export * from "./models.ts";
export * from "./startup-budget.ts";
