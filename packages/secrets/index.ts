export * from "./catalogue.ts";
export { checkSecrets, type CheckOptions } from "./check.ts";
export { initSecrets, type InitOptions } from "./init.ts";
