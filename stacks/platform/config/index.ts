export * from "./read.ts";
export type * from "./schema.ts";
