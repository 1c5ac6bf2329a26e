import { readFileSync } from "node:fs";
import { stackSecrets } from "@genai/platform";
import { checkSecrets, initSecrets } from "@genai/secrets";
import { exitCodes, UserError } from "../errors.ts";
import { userPulumi } from "../external.ts";
import { loadStackConfig } from "../stack-config.ts";
import { committedStackFile, committedStacks } from "../workspace.ts";
import type { CommandContext } from "./context.ts";

/** Writes the missing generated secrets, encrypted, into the committed stack file; the user's backend and passphrase apply. */
export async function secretsInit({ stack, json, signal }: CommandContext): Promise<void> {
  const wanted = stackSecrets(loadStackConfig(stack));
  const pulumi = await userPulumi(signal);
  const created = await initSecrets({
    stack,
    configFile: committedStackFile(stack),
    wanted,
    run: (args, options) => pulumi.read(args, options),
  });
  if (json) console.log(JSON.stringify({ stack, created }));
  else
    console.log(
      created.length === 0 ? "Nothing to generate: every secret is there." : `Generated: ${created.join(", ")}`,
    );
}

/** Checks the committed stack file's secrets without a passphrase. */
export function secretsCheck({ stack, json }: CommandContext): void {
  const wanted = stackSecrets(loadStackConfig(stack));
  const others = Object.fromEntries(
    committedStacks()
      .filter((other) => other !== stack)
      .map((other) => [other, readFileSync(committedStackFile(other), "utf8")]),
  );
  const problems = checkSecrets({ stack, text: readFileSync(committedStackFile(stack), "utf8"), wanted, others });
  if (json) console.log(JSON.stringify({ stack, problems }, undefined, 2));
  else if (problems.length === 0)
    console.log(`Pulumi.${stack}.yaml: all ${wanted.length} generated secrets are there, encrypted.`);
  if (problems.length > 0) throw new UserError(json ? "" : problems.join("\n"), exitCodes.invalid);
}
