import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { edited, parseYaml, stackSecrets } from "@genai/platform";
import { resolveToolchain } from "@genai/sandbox";
import {
  finishRotation,
  isRotatable,
  newCiphertext,
  type RotatableSecret,
  rotationProblem,
  type RotationStep,
  startRotation,
} from "@genai/secrets";
import { isMap } from "yaml";
import { exitCodes, UserError } from "../errors.ts";
import { userPulumi } from "../external.ts";
import type { Pulumi } from "../pulumi.ts";
import { sandboxPulumi } from "../session.ts";
import { loadStackConfig, writeWhole } from "../stack-config.ts";
import { committedStackFile, stackPaths } from "../workspace.ts";
import type { CommandContext } from "./context.ts";

/** What `genai secrets rotate` is asked for. */
export interface RotateOptions {
  finish: boolean;
  sandbox: boolean;
}

/**
 * Takes one step of a rotation in the file that has the secret: the committed stack file, or the embedded cluster's own. No value is
 * decrypted: the former one moves as it is.
 */
export async function secretsRotate(context: CommandContext, given: string, options: RotateOptions): Promise<void> {
  const { stack, json } = context;
  const secret = rotatable(stack, given);
  const step: RotationStep = options.finish ? "finish" : "start";
  const { file, embedded, pulumi } = fileOf(context, secret, options);
  const text = readFileSync(file, "utf8");
  const problem = rotationProblem(text, secret, step, stack);
  if (problem) throw new UserError(problem, exitCodes.invalid);
  let ciphertext = "";
  if (step === "start") {
    const runner = await pulumi();
    ciphertext = await newCiphertext({ stack, text, secret }, (args, input) => runner.read(args, input));
  }
  const { document } = parseYaml(text);
  const changed = edited(text, document, () => {
    const config = document.get("config");
    if (!isMap(config)) return;
    if (step === "start") startRotation(config, secret, ciphertext);
    else finishRotation(config, secret);
  });
  writeWhole(file, changed, statSync(file).mode);
  if (json) console.log(JSON.stringify({ stack, key: secret.key, step, file }));
  else console.log(nextSteps(context, secret, step, { file, embedded, ...options }));
}

function rotatable(stack: string, given: string): RotatableSecret {
  const known = stackSecrets(loadStackConfig(stack)).filter((secret) => isRotatable(secret));
  const found = known.find(({ key }) => key === given.replace(/^genai:/, ""));
  if (found) return found;
  const names = known.map(({ key }) => key).join(", ") || "none";
  throw new UserError(
    `"${given}" is no secret of stack "${stack}" that can be rotated; those are: ${names}`,
    exitCodes.invalid,
  );
}

/** The file with the secret in it, and the `pulumi` that has the key to it. */
function fileOf({ stack, signal }: CommandContext, { key }: RotatableSecret, { sandbox }: RotateOptions) {
  const committed = committedStackFile(stack);
  const paths = stackPaths(stack);
  const has = (file: string) =>
    existsSync(file) && parseYaml(readFileSync(file, "utf8")).document.hasIn(["config", `genai:${key}`]);
  const embedded = sandbox || (!has(committed) && has(paths.configFile));
  if (!embedded) return { file: committed, embedded, pulumi: () => userPulumi(signal) };
  if (!existsSync(paths.configFile))
    throw new UserError(
      `Stack "${stack}" has no embedded cluster yet. Start it: npx genai up --stack ${stack}`,
      exitCodes.environment,
    );
  const pulumi = async (): Promise<Pulumi> => {
    const tools = await resolveToolchain({ tools: ["pulumi"], signal });
    return sandboxPulumi(tools.pulumi.path, paths, join(paths.cluster, "kubeconfig"));
  };
  return { file: paths.configFile, embedded, pulumi };
}

/** What was done, and what is to be done next, a line each. */
function nextSteps(
  { stack }: CommandContext,
  { key }: RotatableSecret,
  step: RotationStep,
  { file, embedded, sandbox }: { file: string; embedded: boolean; sandbox: boolean },
): string {
  const deploy = `npx genai up --stack ${stack}${embedded ? "" : " --context <your cluster's>"}`;
  if (step === "finish") return `Removed the former genai:${key} from ${file}.\n  refuse it   ${deploy}`;
  return [
    `Generated a new genai:${key} in ${file}; the former one stays valid.`,
    `  accept it           ${deploy}`,
    "  hand it out         replace the former one wherever a client has it",
    `  end the rotation    npx genai secrets rotate ${key} --stack ${stack} --finish${sandbox ? " --sandbox" : ""}`,
  ].join("\n");
}
