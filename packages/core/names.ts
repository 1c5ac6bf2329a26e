import { createHash } from "node:crypto";

/** Longest DNS label (RFC 1123), hence the longest name of a Service or Namespace and the longest label value. */
export const maximumNameLength = 63;

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Whether `name` can be the name of any Kubernetes object (RFC 1123 DNS label). */
export function isDnsLabel(name: string): boolean {
  return name.length <= maximumNameLength && dnsLabel.test(name);
}

/** Whether `name` can be the name of a Service (RFC 1035 DNS label): unlike those of other objects it begins with a letter. */
export function isServiceName(name: string): boolean {
  return isDnsLabel(name) && /^[a-z]/.test(name);
}

/**
 * Joins parts with `-` into a legal name of at most 63 characters; a longer one is cut and ends in a hash of the whole, so that two
 * long names stay different.
 */
export function objectName(...parts: string[]): string {
  const name = parts.join("-");
  if (name.length <= maximumNameLength) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, maximumNameLength - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}
