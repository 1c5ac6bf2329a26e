import type { KubernetesObject } from "@genai/core";
import { createTwoFilesPatch } from "diff";
import { stringify } from "yaml";
import { objectId } from "./render.ts";

/** How the objects of a stack differ between two revisions. */
export interface ObjectDifference {
  id: string;
  change: "added" | "removed" | "changed";
  /** Unified diff of the object as YAML. */
  patch: string;
}

/** Compares what two revisions deploy, object by object; removals come first, since they cost most when they are wrong. */
export function compareObjects(before: KubernetesObject[], after: KubernetesObject[]): ObjectDifference[] {
  const [old, current] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...current.keys()])].toSorted();
  const differences = ids.flatMap((id): ObjectDifference[] => {
    const [one = "", other = ""] = [old.get(id), current.get(id)];
    if (one === other) return [];
    const change = one === "" ? "added" : other === "" ? "removed" : "changed";
    return [{ id, change, patch: patchOf(id, one, other) }];
  });
  return differences.toSorted((one, other) => order.indexOf(one.change) - order.indexOf(other.change));
}

const order = ["removed", "changed", "added"];

function byId(objects: KubernetesObject[]): Map<string, string> {
  return new Map(
    objects.map((object) => [
      objectId(object),
      stringify(object, { sortMapEntries: true, aliasDuplicateObjects: false }),
    ]),
  );
}

function patchOf(id: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(id, id, before, after, undefined, undefined, { context: 2 });
  return patch.split("\n").slice(3).join("\n").trimEnd();
}
