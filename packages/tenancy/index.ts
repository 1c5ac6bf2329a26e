export * from "./names.ts";
export * from "./tenant.ts";
