export { type EnsureOptions, ensureImages, type ImageReport } from "./ensure.ts";
export type { ImageRow, Workload } from "./row.ts";
export { imageRow, imageTable } from "./table.ts";
