import { type Exception, exceptions as allExceptions } from "./exceptions.ts";
import { type KubernetesObject, nameOf } from "./objects.ts";
import type { Rule } from "./rule.ts";

/** An object that breaks a rule. */
export interface Violation<O extends KubernetesObject = KubernetesObject> {
  rule: string;
  object: O;
  /** The object, what is wrong, and the fix. */
  message: string;
}

/** What a rule found. */
export interface Evaluation<O extends KubernetesObject = KubernetesObject> {
  violations: Violation<O>[];
  /** Objects that the rule cannot judge before the update, because it needs values that are not known yet. */
  undecided: O[];
}

/** Holds every object of a stack against a rule, but for its exceptions. */
export function evaluate<O extends KubernetesObject>(
  rule: Rule,
  objects: readonly O[],
  exceptions: readonly Exception[] = allExceptions,
): Evaluation<O> {
  const evaluation: Evaluation<O> = { violations: [], undecided: [] };
  for (const object of objects) {
    try {
      const wrong = rule.check(object, objects);
      if (wrong.length === 0 || exceptions.some((exception) => isFor(exception, rule, object))) continue;
      const messages = wrong.map((what) => `${nameOf(object)}: ${what}`);
      evaluation.violations.push(...messages.map((message) => ({ rule: rule.name, object, message })));
    } catch (error) {
      if (!isUnknownValue(error)) throw error;
      evaluation.undecided.push(object);
    }
  }
  return evaluation;
}

function isFor(
  { rule, kind, namespace, name }: Exception,
  { name: ruleName }: Rule,
  object: KubernetesObject,
): boolean {
  const { metadata } = object;
  return rule === ruleName && kind === object.kind && namespace === metadata?.namespace && name === metadata?.name;
}

/** What Pulumi throws when a policy reads a value that is not known in a preview; its class is not exported. */
function isUnknownValue(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}
