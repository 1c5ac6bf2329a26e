import { isMap, type PropertyMap } from "../protocol/values.ts";

/** A kind as the API server names it. */
export interface KindName {
  apiVersion: string;
  kind: string;
}

/** The kind in a Pulumi type: `kubernetes:core/v1:ConfigMap` is `v1` `ConfigMap`. */
export function kindOfType(type: string): KindName {
  const [, groupVersion = "", kind = ""] = type.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

/** Whether the resource only changes an object that others own: its type is `<Kind>Patch`. */
export function isPatch(type: string, { kind }: PropertyMap): boolean {
  return kindOfType(type).kind === `${String(kind)}Patch`;
}

/** The API group; empty for the core. */
export function groupOf({ apiVersion }: PropertyMap): string {
  const text = String(apiVersion);
  return text.includes("/") ? (text.split("/")[0] ?? "") : "";
}

/** Takes an id apart: `namespace/name`, or the name alone. */
export function partsOf(id: string): { namespace?: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** The object under the name that it has got, where the program left the choice of one to the API server. */
export function namedAs(object: PropertyMap, name: string): PropertyMap {
  const metadata = isMap(object["metadata"]) ? object["metadata"] : {};
  if (metadata["name"] !== undefined) return object;
  const { generateName: _, ...rest } = metadata;
  return { ...object, metadata: { ...rest, name } };
}
