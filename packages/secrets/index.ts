export * from "./catalogue.ts";
export { edgeSecretKeys, gatewaySecrets, previousTenantKeyOf, tenantKeyOf, uiSecrets } from "./edge.ts";
export { checkSecrets, type CheckOptions } from "./check.ts";
export { initSecrets, type InitOptions } from "./init.ts";
export * from "./rotate.ts";
