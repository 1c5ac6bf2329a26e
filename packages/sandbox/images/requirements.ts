import { join } from "node:path";

/** Where a requirements file of the image table is. */
export function requirementsFile(name: string): string {
  return join(import.meta.dirname, "requirements", name);
}
