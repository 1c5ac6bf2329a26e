export { KubernetesClient, type RequestOptions, type WatchEvent } from "./client.ts";
export type { ApiResource } from "./discovery.ts";
export { isNotFound, KubernetesError, UnreachableError } from "./errors.ts";
