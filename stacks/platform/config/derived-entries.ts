import { isMap } from "./is-map.ts";

/** An entry of a stack file that nothing has judged yet. */
export type Entry = Record<string, unknown>;

/** Entries of a section, `null` read as an empty entry; undefined if it is no map. */
export function entriesOf(section: unknown): Entry | undefined {
  if (section === undefined || section === null) return {};
  if (!isMap(section)) return undefined;
  return Object.fromEntries(Object.entries(section).map(([name, entry]) => [name, entry ?? {}]));
}

/** A count as far as it is one; else 1, and the schema refuses what is there. */
export function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 1;
}
