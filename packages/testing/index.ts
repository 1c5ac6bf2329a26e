export * from "./assert.ts";
export * from "./pulumi-mocks.ts";
export * from "./reachability.ts";
export * from "./temporary.ts";
