import { readFileSync, writeFileSync } from "node:fs";
import { problemsText } from "@genai/core";
import { explain, migrateText, notDeployed, readStackFile, schemaVersion } from "@genai/platform";
import { parse, parseDocument } from "yaml";
import { exitCodes, UserError } from "../errors.ts";
import { committedStackFile } from "../workspace.ts";
import type { CommandContext } from "./context.ts";

/**
 * Checks a stack file as `up` would, with no cluster and no passphrase.
 * @param changes `<path>=<value>`, tried on top of the file, which stays as it is.
 */
export function configCheck({ stack, json }: CommandContext, changes: readonly string[]): void {
  const { config, problems } = readStackFile(withChanges(readFileSync(committedStackFile(stack), "utf8"), changes));
  const planned = config ? notDeployed(config).map(({ path }) => path) : [];
  if (json)
    console.log(JSON.stringify({ stack, valid: problems.length === 0, problems, notDeployed: planned }, undefined, 2));
  const file = `Pulumi.${stack}.yaml${changes.length > 0 ? " with these changes" : ""}`;
  if (problems.length > 0) throw new UserError(json ? "" : `${file} has ${problemsText(problems)}`, exitCodes.invalid);
  if (json) return;
  console.log(`${file} is valid.`);
  if (planned.length > 0) console.log(`This version deploys nothing for ${planned.join(", ")} yet: up refuses them.`);
}

/** Rewrites a stack file for the present version of the schema; comments and order stay, and a second time nothing changes. */
export function configMigrate({ stack, json }: CommandContext): void {
  const file = committedStackFile(stack);
  const { text, steps } = migrateText(readFileSync(file, "utf8"));
  if (steps.length > 0) writeFileSync(file, text);
  if (json) return console.log(JSON.stringify({ stack, version: schemaVersion, steps }, undefined, 2));
  const done =
    steps.length > 0 ? ["rewritten:", ...steps.map((step) => `  ${step}`)] : [`of version ${schemaVersion} already.`];
  console.log(`Pulumi.${stack}.yaml is ${done.join("\n")}`);
}

/**
 * Explains a place in a stack file.
 * @throws {UserError} If a stack file has no such place.
 */
export function configExplain(path: string, json: boolean): void {
  const found = explain(path);
  if (!found) {
    throw new UserError(
      `A stack file has no "${path}". Start from genai:cluster, genai:addons, genai:tenants, genai:models, genai:embeddings or genai:version.`,
      exitCodes.invalid,
    );
  }
  if (json) return console.log(JSON.stringify(found, undefined, 2));
  const lines = [
    `${path}${found.required ? " (required)" : ""}`,
    ...(found.description ? [`  ${found.description}`] : []),
    `  allowed   ${found.allowed}`,
    ...(found.default === undefined ? [] : [`  default   ${JSON.stringify(found.default)}`]),
    ...(found.examples ? [`  example   ${found.examples.join(", ")}`] : []),
    ...(found.keys.length > 0 ? [`  keys      ${found.keys.join(", ")}`] : []),
  ];
  console.log(lines.join("\n"));
}

/**
 * The text of a stack file with values set in it; comments and order stay.
 * @param changes `genai:models.chat.maxReplicas=5`: paths as error messages write them, values as YAML.
 * @throws {UserError} If a change cannot be read.
 */
export function withChanges(text: string, changes: readonly string[]): string {
  if (changes.length === 0) return text;
  const document = parseDocument(text);
  for (const change of changes) {
    const [, path = "", value = ""] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
    if (!/^genai:[\w-]+([.[]|$)/.test(path)) {
      const given = JSON.stringify(change.split("=")[0]);
      throw new UserError(
        `--set: ${given} given; must be <path>=<value> with a path such as genai:models.chat.maxReplicas`,
        exitCodes.invalid,
      );
    }
    try {
      document.setIn(["config", ...stepsOf(path)], document.createNode(parse(value)));
    } catch {
      throw new UserError(
        `--set ${path}: there is no such place in the file, or the value is no YAML`,
        exitCodes.invalid,
      );
    }
  }
  return document.toString();
}

/** `genai:cluster.pools[1].nodes` as its keys and indices. */
function stepsOf(path: string): (string | number)[] {
  return path.split(/[.[]/).map((step) => (step.endsWith("]") ? Number(step.slice(0, -1)) : step));
}
