import { type Container, containersOf, type KubernetesObject, type PodSpec, podSpecsOf } from "./objects.ts";

/** A rule that objects keep. Pure: it sees plain objects and knows of no engine. */
export interface Rule {
  /** What people and exceptions call it: `no-host-path`. */
  name: string;
  /** The rule and why it is one, in a sentence. */
  description: string;
  /** What is wrong with an object and the fix, a sentence each; never the value of a secret. `all` is everything in the stack. */
  check(object: KubernetesObject, all: readonly KubernetesObject[]): string[];
}

/** Checks every Pod of any object that is or makes one. */
export function onPods(check: (pod: PodSpec, object: KubernetesObject) => string[]): Rule["check"] {
  return (object) => podSpecsOf(object).flatMap((pod) => check(pod, object));
}

/** Checks every container; what is wrong starts with the container's name. */
export function onContainers(
  check: (container: Container, pod: PodSpec, object: KubernetesObject) => string[],
): Rule["check"] {
  return onPods((pod, object) =>
    containersOf(pod).flatMap((container) =>
      check(container, pod, object).map((wrong) => `container ${container.name} ${wrong}`),
    ),
  );
}
