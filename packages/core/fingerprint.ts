import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * What changes with a secret and gives nothing of it away: 64 bits of its SHA-256. For random values of 128 bits or more alone, as the
 * program asks for: whoever may read Pods could try short ones out. It is no secret, and known in a preview where the value is.
 */
export function fingerprint(value: pulumi.Input<string>): pulumi.Input<string> {
  const digest = (text: string) => createHash("sha256").update(`genai fingerprint ${text}`).digest("hex").slice(0, 16);
  return typeof value === "string" ? digest(value) : pulumi.unsecret(pulumi.output(value).apply(digest));
}

/**
 * Annotations of Pods whose processes read secrets at their start alone: with another fingerprint they are replaced.
 * @param fingerprints Of what they read, by a name for people; undefined where there is none.
 */
export function restartAnnotations(
  fingerprints: Readonly<Record<string, pulumi.Input<string> | undefined>>,
): Record<string, pulumi.Input<string>> {
  const entries = Object.entries(fingerprints).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  if (entries.length === 0) return {};
  const plain = entries.every(({ value }) => typeof value === "string");
  const joined = (all: readonly { name: string; value: string }[]) =>
    all.map(({ name, value }) => `${name}=${value}`).join(",");
  return {
    "genai.platform/secrets": plain
      ? joined(entries as Parameters<typeof joined>[0])
      : pulumi.output(entries).apply(joined),
  };
}
