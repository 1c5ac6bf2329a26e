import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy";
import { evaluate } from "./evaluate.ts";
import type { KubernetesObject } from "./objects.ts";
import { rules } from "./rules/index.ts";

// Whole-stack policies rather than policies of a resource: a tenant's namespace is judged by what else is in it.
const policies = rules.map((rule): StackValidationPolicy => ({
  name: rule.name,
  description: rule.description,
  enforcementLevel: "mandatory",
  validateStack({ resources }, reportViolation) {
    const objects = resources.filter(({ type }) => /^kubernetes:[^:]+:\w+$/.test(type));
    const urns = new Map(objects.map(({ props, urn }) => [props as KubernetesObject, urn]));
    for (const { object, message } of evaluate(rule, [...urns.keys()]).violations) {
      reportViolation(message, urns.get(object));
    }
  },
}));

new PolicyPack("genai", { policies });
