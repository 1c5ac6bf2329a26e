import { createHash, randomBytes } from "node:crypto";
import { isMap, type PropertyMap, reveal } from "../protocol/values.ts";

/** Set by the provider on an object whose name it made up, so that a replacement can exist beside it. */
export const autonamedAnnotation = "pulumi.com/autonamed";

/** What the engine says about names it wants made up. */
export interface NamingRequest {
  urn: string;
  /** The engine's seed: the same in the preview and in the update that follows. */
  randomSeed: Uint8Array;
  /** A name from the project's autonaming settings. */
  proposed?: string;
}

/**
 * Gives an object without `metadata.name` one: the old one if it had been made up before, else `<Pulumi name>-<8 hex>`.
 * Objects that use `generateName` are left to the API server.
 */
export function withName(object: PropertyMap, previous: PropertyMap | undefined, request: NamingRequest): PropertyMap {
  const metadata = isMap(object["metadata"]) ? object["metadata"] : {};
  if (metadata["name"] !== undefined || metadata["generateName"] !== undefined) return object;
  const annotations = isMap(metadata["annotations"]) ? metadata["annotations"] : {};
  const name = previousName(previous) ?? request.proposed ?? madeUpName(request);
  return {
    ...object,
    metadata: { ...metadata, name, annotations: { ...annotations, [autonamedAnnotation]: "true" } },
  };
}

/** Whether the provider made up the object's name. */
export function isAutonamed(object: PropertyMap): boolean {
  const metadata = reveal(object)["metadata"];
  return isMap(metadata) && isMap(metadata["annotations"]) && metadata["annotations"][autonamedAnnotation] === "true";
}

function previousName(previous: PropertyMap | undefined): string | undefined {
  const metadata = previous?.["metadata"];
  return previous && isAutonamed(previous) && isMap(metadata) ? String(metadata["name"]) : undefined;
}

function madeUpName({ urn, randomSeed }: NamingRequest): string {
  const name = urn.split("::").at(-1)?.toLowerCase() ?? "object";
  const seed = randomSeed.length > 0 ? randomSeed : randomBytes(32);
  return `${name}-${createHash("sha256").update(seed).digest("hex").slice(0, 8)}`;
}
