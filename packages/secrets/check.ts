import { parse } from "yaml";
import { type GeneratedSecret, isGeneratedKey } from "./catalogue.ts";
import { configOf } from "./init.ts";

export interface CheckOptions {
  stack: string;
  /** The stack file. */
  text: string;
  wanted: readonly GeneratedSecret[];
  /** The other stacks' files, by stack: environments share no secret. */
  others: Readonly<Record<string, string>>;
}

/** What is wrong with the generated secrets of a stack file, without decrypting anything; never a value, clear or encrypted. */
export function checkSecrets({ stack, text, wanted, others }: CheckOptions): string[] {
  const config = configOf(text);
  const fix = `npx genai secrets init --stack ${stack}`;
  const missing = wanted
    .filter(({ key }) => !(`genai:${key}` in config))
    .map(({ key, description }) => `genai:${key} is missing (${description}). Run: ${fix}`);
  const ours = Object.entries(config).filter(([key]) => isGeneratedKey(key));
  const clear = ours
    .filter(([, value]) => ciphertextOf(value) === undefined)
    .map(([key]) => `${key} stands in clear. Remove the line, take the value for known, and run: ${fix}`);
  const unknown = ours
    .filter(([key]) => !wanted.some((secret) => [secret.key, secret.previousKey].some((own) => key === `genai:${own}`)))
    .map(([key]) => `${key} belongs to nothing of this stack. Remove it: pulumi config rm ${key} --stack ${stack}`);
  return [...missing, ...clear, ...unknown, ...shared(stack, text, others)];
}

function shared(stack: string, text: string, others: CheckOptions["others"]): string[] {
  const own = Object.entries(configOf(text)).map(([key, value]) => [key, ciphertextOf(value)] as const);
  return Object.entries(others).flatMap(([other, otherText]) => {
    const theirs = new Set(Object.values(configOf(otherText)).map(ciphertextOf));
    const copies = own
      .filter(([, ciphertext]) => ciphertext !== undefined && theirs.has(ciphertext))
      .map(([key]) => `${key} was copied between ${stack} and ${other}: environments must not share a secret.`);
    const salt = saltOf(text);
    const sameSalt = salt !== undefined && salt === saltOf(otherText);
    return sameSalt
      ? [...copies, `${stack} and ${other} have the same encryptionsalt: environments must not share a passphrase.`]
      : copies;
  });
}

/** The ciphertext of an encrypted value of a stack file; undefined if it is not encrypted. */
export function ciphertextOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("secure" in value)) return undefined;
  return typeof value.secure === "string" ? value.secure : undefined;
}

function saltOf(text: string): string | undefined {
  return (parse(text) as { encryptionsalt?: string } | null)?.encryptionsalt;
}
