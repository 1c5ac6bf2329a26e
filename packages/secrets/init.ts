import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type GeneratedSecret, generateValue } from "./catalogue.ts";

export interface InitOptions {
  stack: string;
  /** The stack file that is written. */
  configFile: string;
  wanted: readonly GeneratedSecret[];
  /** Runs `pulumi` with these arguments; `input` goes to its stdin. */
  run(args: string[], options: { input: string }): Promise<unknown>;
}

/**
 * Generates the secrets that are missing and has `pulumi` write each, encrypted, into the stack file. A value travels through stdin
 * only: never through argv, the environment, a log or another file. Safe to repeat: what is there stays.
 *
 * @returns The keys that were generated.
 */
export async function initSecrets({ stack, configFile, wanted, run }: InitOptions): Promise<string[]> {
  const present = configOf(readFileSync(configFile, "utf8"));
  const missing = wanted.filter(({ key }) => !(`genai:${key}` in present));
  // One after the other: each run of pulumi rewrites the whole file.
  for (const secret of missing) {
    const args = ["config", "set", "--secret", `genai:${secret.key}`, "--stack", stack, "--config-file", configFile];
    await run(args, { input: generateValue(secret) });
  }
  return missing.map(({ key }) => key);
}

/** The `config` section of a stack file. */
export function configOf(yamlText: string): Record<string, unknown> {
  const file = parse(yamlText) as { config?: Record<string, unknown> } | null;
  return file?.config ?? {};
}
