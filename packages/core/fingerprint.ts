import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * What changes with a secret and gives nothing of it away: 64 bits of its SHA-256. For random values of 128 bits or more alone, as the
 * program asks for: whoever may read Pods could try short ones out. It is no secret, and known in a preview where the value is.
 */
export function fingerprint(value: pulumi.Input<string>): pulumi.Input<string> {
  const derived = textFrom({ value }, ({ value: text }) =>
    createHash("sha256").update(`genai fingerprint ${text}`).digest("hex").slice(0, 16),
  );
  return typeof derived === "string" ? derived : pulumi.unsecret(pulumi.output(derived));
}

/**
 * Annotations of Pods whose processes read secrets at their start alone: with another fingerprint they are replaced.
 * @param fingerprints Of what they read, by a name for people; undefined where there is none.
 */
export function restartAnnotations(
  fingerprints: Readonly<Record<string, pulumi.Input<string> | undefined>>,
): Record<string, pulumi.Input<string>> {
  const present: Record<string, pulumi.Input<string>> = {};
  for (const [name, value] of Object.entries(fingerprints)) if (value !== undefined) present[name] = value;
  if (Object.keys(present).length === 0) return {};
  const joined = textFrom(present, (all) =>
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}`)
      .join(","),
  );
  return { "genai.platform/secrets": joined };
}

/** A text that follows from others: plain where all of these are, so that objects of plain arguments are plain. */
export function textFrom<Key extends string>(
  inputs: Readonly<Record<Key, pulumi.Input<string>>>,
  derive: (values: Record<Key, string>) => string,
): pulumi.Input<string> {
  const plain = Object.values(inputs).every((value) => typeof value === "string");
  if (plain) return derive(inputs as Record<Key, string>);
  return pulumi.output(inputs).apply((values) => derive(values as Record<Key, string>));
}
