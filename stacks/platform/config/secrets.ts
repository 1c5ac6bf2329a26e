import type { Problem } from "@genai/core";
import { isMap } from "./is-map.ts";

/** What tokens and keys begin with: Hugging Face, OpenAI-compatible servers, GitHub, GitLab, AWS, Slack, a private key, a JSON web token. */
const beginning = /^\s*(hf_|sk-|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|xox[abprs]-|-----BEGIN|eyJ)/;

/** The same in full length, anywhere in a text, and a password in an address: what no other text is by chance. */
const whole =
  /\b(hf_[A-Za-z0-9]{20}|sk-[\w-]{20}|gh[pousr]_\w{20}|github_pat_\w{20}|glpat-[\w-]{20}|(AKIA|ASIA)[A-Z0-9]{16}|xox[abprs]-[\w-]{10}|eyJ[\w-]{10,}\.eyJ)|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s/@]*:[^\s/@]+@/;

/** Whether a message had better not repeat a text. */
export function mayBeSecret(text: string): boolean {
  return beginning.test(text) || whole.test(text);
}

/** Whether a value is encrypted by Pulumi. */
export function isEncrypted(value: unknown): boolean {
  return isMap(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;
}

/** Something that a section of a stack file may not hold, whatever its schema says. */
export interface Misplaced extends Problem {
  /** Whether it is a key, which no message may repeat. */
  isKey?: true;
}

/**
 * Secrets where a stack file has no place for them: in clear anywhere, or encrypted in a section, whose values end up in plain objects;
 * and the one name that JavaScript would lose.
 * @param path Where `value` stands.
 */
export function misplaced(path: string, value: unknown): Misplaced[] {
  if (typeof value === "string") return whole.test(value) ? [{ path, message: `holds ${secret}` }] : [];
  if (isEncrypted(value)) return [{ path, message: encrypted }];
  if (Array.isArray(value)) return value.flatMap((item, index) => misplaced(`${path}[${index}]`, item));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap<Misplaced>(([key, item]) => {
    if (whole.test(key)) return [{ path, message: `has as a key ${secret}`, isKey: true }];
    if (key === "__proto__") return [{ path: `${path}.${key}`, message: "cannot be a name; use another" }];
    return misplaced(`${path}.${key}`, item);
  });
}

const secret =
  "what looks like a secret, and a stack file is committed: keep it in a Secret of the tenant's namespace, and replace it where it came from";
const encrypted =
  "is encrypted, and only the generated genai:apiKey-… may be: everything else ends up in plain objects; write it in clear, or leave it out";
