import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, isScalar, parse, stringify, type YAMLMap } from "yaml";
import { type GeneratedSecret, generateValue } from "./catalogue.ts";
import { ciphertextOf } from "./check.ts";
import { configOf, type InitOptions } from "./init.ts";

/** A secret whose former value stays valid while its users change to the new one. */
export type RotatableSecret = GeneratedSecret & Required<Pick<GeneratedSecret, "previousKey">>;

/** Whether a secret can be rotated without a moment in which its users are refused. */
export function isRotatable(secret: GeneratedSecret): secret is RotatableSecret {
  return secret.previousKey !== undefined;
}

/** Starts a rotation, or ends it: the former value is then no longer valid. */
export type RotationStep = "start" | "finish";

/** Why a step of a rotation cannot be taken on this stack file, and what to do instead; undefined if it can. */
export function rotationProblem(
  text: string,
  { key, previousKey }: RotatableSecret,
  step: RotationStep,
  stack: string,
): string | undefined {
  const config = configOf(text);
  const command = `npx genai secrets rotate ${key} --stack ${stack}`;
  const underway = `genai:${previousKey}` in config;
  if (step === "finish")
    return underway
      ? undefined
      : `genai:${key} is not being rotated: there is no genai:${previousKey}. Start: ${command}`;
  if (underway)
    return `genai:${key} is being rotated already: its former value is still valid. Finish that first: ${command} --finish`;
  if (ciphertextOf(config[`genai:${key}`]) === undefined)
    return `genai:${key} is missing, or not encrypted. Generate it: npx genai secrets init --stack ${stack}`;
  return undefined;
}

/**
 * A new value for a secret, encrypted for a stack. `pulumi` encrypts it in a file of its own, since it would rewrite the whole stack
 * file; the value goes to its stdin and nowhere else.
 *
 * @param text The stack file, which says what encrypts its secrets.
 */
export async function newCiphertext(
  { stack, text, secret }: { stack: string; text: string; secret: GeneratedSecret },
  run: InitOptions["run"],
): Promise<string> {
  const { config: _, ...provider } = (parse(text) as Record<string, unknown> | null) ?? {};
  const directory = mkdtempSync(join(tmpdir(), "genai-rotate-"));
  try {
    const file = join(directory, `Pulumi.${stack}.yaml`);
    writeFileSync(file, stringify({ ...provider, config: {} }), { mode: 0o600 });
    const args = ["config", "set", "--secret", `genai:${secret.key}`, "--stack", stack, "--config-file", file];
    await run(args, { input: generateValue(secret) });
    const ciphertext = ciphertextOf(configOf(readFileSync(file, "utf8"))[`genai:${secret.key}`]);
    if (ciphertext === undefined) throw new Error(`pulumi wrote no encrypted genai:${secret.key}`);
    return ciphertext;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Puts a new ciphertext into the `config` of a stack file, and the former one under the key where it stays valid. */
export function startRotation(config: YAMLMap, { key, previousKey }: RotatableSecret, ciphertext: string): void {
  const at = config.items.findIndex((pair) => String(pair.key) === `genai:${key}`);
  const pair = config.items[at];
  if (!isMap(pair?.value)) throw new Error(`genai:${key} is not encrypted`);
  // Cloned, since a node of this package's copy of the library is none to the caller's.
  const former = pair.clone();
  if (!isScalar(former.key)) throw new Error(`genai:${key} is no plain key`);
  [former.key.value, former.key.commentBefore, former.key.spaceBefore] = [`genai:${previousKey}`, undefined, undefined];
  pair.value.set("secure", ciphertext);
  config.items.splice(at + 1, 0, former);
}

/** Removes the former value from the `config` of a stack file. */
export function finishRotation(config: YAMLMap, { previousKey }: RotatableSecret): void {
  config.delete(`genai:${previousKey}`);
}
