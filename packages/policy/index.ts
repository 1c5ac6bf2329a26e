export { evaluate, type Evaluation, type Violation } from "./evaluate.ts";
export { type Exception, exceptions } from "./exceptions.ts";
export { containersOf, type KubernetesObject, podSpecsOf } from "./objects.ts";
export type { Rule } from "./rule.ts";
export { rules } from "./rules/index.ts";
