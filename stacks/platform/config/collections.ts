import type { PlatformConfig } from "./schema.ts";

/** A collection by `<store>/<collection>`. */
export function collectionOf(text: string): { store: string; collection: string } {
  const [store = "", collection = ""] = text.split("/");
  return { store, collection };
}

/** Every collection, as a stack file names it. */
export function collectionNames(vectorStores: PlatformConfig["vectorStores"] = {}): string[] {
  return Object.entries(vectorStores).flatMap(([store, { collections }]) =>
    Object.keys(collections).map((collection) => `${store}/${collection}`),
  );
}
