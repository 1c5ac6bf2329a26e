export * from "./assert.ts";
export * from "./pulumi-mocks.ts";
export * from "./temporary.ts";
