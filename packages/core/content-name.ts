import { createHash } from "node:crypto";

/**
 * Name of an object that ends in a hash of its content, so that a change makes a new object and every Pod that refers to it is
 * replaced. Not for secrets.
 */
export function contentName(name: string, data: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 8);
  return `${name}-${hash}`;
}
