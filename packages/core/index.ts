export * from "./component.ts";
export * from "./kinds.ts";
export * from "./labels.ts";
export * from "./names.ts";
export * from "./network.ts";
export * from "./problems.ts";
export * from "./quantity.ts";
export * from "./security-context.ts";
