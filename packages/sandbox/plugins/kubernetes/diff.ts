import { isDeepStrictEqual } from "node:util";
import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../protocol/values.ts";

/** One difference between two objects. */
export interface Difference {
  /** Pulumi property path: `spec.template.spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`. */
  path: string;
  change: "add" | "delete" | "update";
}

/** Every leaf that differs. Lists are compared by position, as the API server's own types mostly are. */
export function differences(
  old: PropertyValue | undefined,
  current: PropertyValue | undefined,
  path = "",
): Difference[] {
  if (isDeepStrictEqual(old, current)) return [];
  if (old === undefined) return [{ path, change: "add" }];
  if (current === undefined) return [{ path, change: "delete" }];
  if (Array.isArray(old) && Array.isArray(current)) {
    const length = Math.max(old.length, current.length);
    return Array.from({ length }, (_, index) => differences(old[index], current[index], `${path}[${index}]`)).flat();
  }
  if (isMap(old) && isMap(current)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(current)]);
    return [...keys].flatMap((key) => differences(old[key], current[key], joinPath(path, key)));
  }
  return [{ path, change: "update" }];
}

function joinPath(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Whether `path` is `prefix` or lies below it. */
export function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);
}

/**
 * The old inputs with what has drifted: where the live object differs from what applying the old inputs would give, the live value
 * takes its place, and an input that is gone from the live object is dropped. Only paths that the inputs name are looked at.
 */
export function drifted(
  inputs: PropertyValue,
  expected: PropertyValue | undefined,
  live: PropertyValue | undefined,
): PropertyValue | undefined {
  if (live === undefined) return undefined;
  if (isDeepStrictEqual(expected, live)) return inputs;
  if (isMap(inputs) && isMap(expected) && isMap(live)) {
    const entries = Object.entries(inputs).flatMap(([key, value]) => {
      const member = drifted(value, expected[key], live[key]);
      return member === undefined ? [] : [[key, member] as const];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(inputs) && Array.isArray(expected) && Array.isArray(live) && inputs.length === live.length) {
    return inputs.map((value, index) => drifted(value, expected[index], live[index]) ?? null);
  }
  return live;
}

/** `base` with everything that `top` says; lists are taken whole. */
export function overlaid(base: PropertyMap, top: PropertyMap): PropertyMap {
  const entries = Object.entries(top).map(([key, value]) => {
    const below = base[key];
    const merge = isMap(value) && isMap(below) && !isSecret(value) && !isSecret(below);
    return [key, merge ? overlaid(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}
