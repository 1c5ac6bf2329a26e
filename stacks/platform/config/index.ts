export { explain, type Explanation, type NoPlace } from "./json-schema.ts";
export { didYouMean } from "./fields.ts";
export * from "./read.ts";
export { sectionKeys, serverNames } from "./schema.ts";
export type * from "./schema.ts";
export { migrateText, schemaVersion, versionKey } from "./migrations.ts";
export { providers, type ProviderName } from "./providers.ts";
export { parseYaml } from "./yaml.ts";
export { notDeployed } from "./not-deployed.ts";
