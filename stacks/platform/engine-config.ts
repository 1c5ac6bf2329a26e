import { problemsText, type Problem } from "@genai/core";
import { isGeneratedKey, minimumSecretLength } from "@genai/secrets";
import * as pulumi from "@pulumi/pulumi";
import { readStackConfig, stackSecrets, type PlatformConfig } from "./config/index.ts";

/** What the engine hands to the program. */
export interface EngineConfig {
  config: PlatformConfig;
  /** Generated values, marked secret, by their key: `apiKey-<name>`, `vectorStoreKey-<store>-<user>`, `grafanaAdminPassword`. */
  secrets: Record<string, pulumi.Output<string>>;
}

/**
 * The stack's configuration and secrets, from the engine.
 * @throws {pulumi.RunError} With every problem at once; Pulumi prints it without a stack trace.
 */
export function readEngineConfig(): EngineConfig {
  const values = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [key, parsed(key, value)] as const);
  const { config, problems } = readStackConfig(Object.fromEntries(values));
  if (!config) throw configError(problems);
  const wanted = stackSecrets(config);
  const former = wanted.flatMap(({ previousKey = [] }) => previousKey).filter((key) => valueOf(key) !== undefined);
  const keys = [...wanted.map(({ key }) => key), ...former];
  const unfit = keys.flatMap((key) => secretProblem(key) ?? []);
  if (unfit.length > 0) throw configError(unfit);
  const stackConfig = new pulumi.Config("genai");
  return { config, secrets: Object.fromEntries(keys.map((key) => [key, stackConfig.requireSecret(key)])) };
}

function valueOf(key: string): string | undefined {
  return pulumi.runtime.allConfig()[`genai:${key}`];
}

/** A value by hand may be one that can be guessed; hashes of these values stand in annotations (`fingerprint`). */
function secretProblem(key: string): Problem | undefined {
  const path = `genai:${key}`;
  const command = `genai secrets init --stack ${pulumi.getStack()}`;
  const value = valueOf(key);
  if (value === undefined) return { path, message: `is missing; generate it with: ${command}` };
  if (value.length >= minimumSecretLength) return undefined;
  const message = `has ${value.length} characters, and at least ${minimumSecretLength} random ones are needed; delete the line, and generate a new value with: ${command}`;
  return { path, message };
}

/** Runs `deploy`; bad inputs that a component finds reach the user as plainly as those of the stack file. */
export function withPlainErrors<Result>(deploy: () => Result): Result {
  try {
    return deploy();
  } catch (error) {
    throw pulumi.InputPropertiesError.isInstance(error) ? new pulumi.RunError(error.message) : error;
  }
}

// The engine hands maps and lists over as JSON text, and secrets in clear: those stay unread here. Of a section with a secret in it
// the checks see what the stack file says, that it is encrypted, and refuse it.
function parsed(key: string, value: string): unknown {
  if (isGeneratedKey(key)) return undefined;
  if (isConfigSecret(key)) return { secure: "" };
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Whether a value is encrypted in the stack file; the SDK exports this function without its type. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

function configError(problems: readonly Problem[]): pulumi.RunError {
  return new pulumi.RunError(`Pulumi.${pulumi.getStack()}.yaml has ${problemsText(problems)}`);
}
