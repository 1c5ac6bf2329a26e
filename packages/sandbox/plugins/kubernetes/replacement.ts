import { KubernetesError } from "../../kubernetes/index.ts";
import type { PropertyMap } from "../protocol/values.ts";
import { type Difference, isBelow } from "./diff.ts";
import { groupOf } from "./kinds.ts";

/** The words in which the API server says that a field cannot be changed in place. */
const immutableWords =
  /immutable|may not (be )?change|cannot (be )?change|updates to .* are forbidden|Forbidden: \w* ?updates/i;

/** Paths of the differences that make it another object: its kind, its name, and the content of a ConfigMap or Secret. */
export function identityChanges(
  found: Difference[],
  before: PropertyMap,
  after: PropertyMap,
  patch: boolean,
): string[] {
  const identity = ["kind", "metadata.name", "metadata.namespace", ...(patch ? [] : contentIdentity(after))];
  const changed = found.map(({ path }) => path).filter((path) => identity.some((prefix) => isBelow(path, prefix)));
  return groupOf(before) === groupOf(after) ? changed : [...changed, "apiVersion"];
}

/** Which differences a refused dry run is about; undefined if it was refused for another reason. */
export function immutableChanges(found: Difference[], error: unknown): string[] | undefined {
  if (!(error instanceof KubernetesError) || error.status !== 422 || !immutableWords.test(error.message))
    return undefined;
  const fields = error.causes.flatMap(({ field }) => (field ? [field] : []));
  const paths = found.map(({ path }) => path);
  const named = paths.filter((path) => fields.some((field) => isBelow(path, field) || isBelow(field, path)));
  return named.length > 0 ? named : paths;
}

/** Content that the provider, not the API server, holds to be part of the identity: Pods that use it then roll. */
function contentIdentity({ apiVersion, kind }: PropertyMap): string[] {
  if (apiVersion !== "v1") return [];
  if (kind === "ConfigMap") return ["data", "binaryData", "immutable"];
  return kind === "Secret" ? ["data", "stringData", "type", "immutable"] : [];
}
