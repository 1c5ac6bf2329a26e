import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of a file in `scripts/`: what runs in the Pods around a store, kept as files so that editors and linters read them. */
export function script(file: string): string {
  return readFileSync(join(import.meta.dirname, "scripts", file), "utf8");
}
