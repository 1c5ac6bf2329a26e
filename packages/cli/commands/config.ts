import { readFileSync, writeFileSync } from "node:fs";
import { problemsText } from "@genai/core";
import {
  didYouMean,
  explain,
  migrateText,
  parseYaml,
  readStackFile,
  schemaVersion,
  sectionKeys,
} from "@genai/platform";
import { type Document, isMap, isScalar, isSeq } from "yaml";
import { exitCodes, UserError } from "../errors.ts";
import { printTable } from "../table.ts";
import { committedStackFile } from "../workspace.ts";
import type { CommandContext } from "./context.ts";

/**
 * Checks a stack file as `up` would, with no cluster and no passphrase.
 * @param changes `<path>=<value>`, tried on top of the file, which stays as it is.
 */
export function configCheck({ stack, json }: CommandContext, changes: readonly string[]): void {
  const { problems } = readStackFile(withChanges(readFileSync(committedStackFile(stack), "utf8"), changes));
  if (json) console.log(JSON.stringify({ stack, valid: problems.length === 0, problems }, undefined, 2));
  const file = `Pulumi.${stack}.yaml${changes.length > 0 ? " with these changes" : ""}`;
  if (problems.length > 0) throw new UserError(json ? "" : `${file} has ${problemsText(problems)}`, exitCodes.invalid);
  if (!json) console.log(`${file} is valid.`);
}

/** Rewrites a stack file for the present version of the schema; comments and order stay, and a second time nothing changes. */
export function configMigrate({ stack, json }: CommandContext): void {
  const file = committedStackFile(stack);
  const { text, steps, problems } = migrateText(readFileSync(file, "utf8"));
  if (json) console.log(JSON.stringify({ stack, version: schemaVersion, steps, problems }, undefined, 2));
  if (problems.length > 0)
    throw new UserError(json ? "" : `Pulumi.${stack}.yaml has ${problemsText(problems)}`, exitCodes.invalid);
  if (steps.length > 0) writeFileSync(file, text);
  if (json) return;
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
  if ("step" in found) {
    const { within, step, known } = found;
    const place = within ? `"${within}" in a stack file` : "A stack file";
    const there = known.length > 0 ? `; it has ${known.join(", ")}${didYouMean(step, known)}` : ", nor any other";
    throw new UserError(`${place} has no "${step}"${there}`, exitCodes.invalid);
  }
  if (json) return console.log(JSON.stringify(found, undefined, 2));
  const lines = [
    `${path}${found.required ? " (required)" : ""}`,
    ...(found.description ? [`  ${found.description}`] : []),
    `  allowed   ${found.allowed}`,
    ...(found.default === undefined ? [] : [`  default   ${JSON.stringify(found.default)}`]),
    ...(found.examples
      ? [
          `  example   ${found.examples.map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each))).join(", ")}`,
        ]
      : []),
    ...(found.keys.length > 0 ? [`  keys      ${found.keys.join("\n            ")}`] : []),
  ];
  console.log(lines.join("\n"));
}

/** Lists the sections of a stack file with what each is. */
export function configSections(json: boolean): void {
  const rows = sectionKeys.map((section) => {
    const found = explain(section);
    return { section, meaning: "step" in found ? "" : (found.description ?? "") };
  });
  if (json) console.log(JSON.stringify(rows, undefined, 2));
  else printTable(rows, []);
}

/**
 * The text of a stack file with values set in it; comments and order stay.
 * @param changes `genai:models.chat.maxReplicas=5`: paths as error messages write them, values as YAML.
 * @throws {UserError} If a change cannot be read.
 */
export function withChanges(text: string, changes: readonly string[]): string {
  const { document, problems } = parseYaml(text);
  // What is no YAML is said by whoever reads it.
  if (changes.length === 0 || problems.length > 0) return text;
  for (const change of changes) {
    const [, path = "", value = ""] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
    if (!/^genai:[\w-]+([.][\w-]+|\[\d+\])*$/.test(path)) {
      const given = JSON.stringify(change.split("=")[0]);
      throw refused(given, "must be <path>=<value> with a path such as genai:models.chat.maxReplicas");
    }
    const parsed = parseYaml(value);
    if (parsed.problems.length > 0)
      throw refused(path, "the value is no YAML; put text in quotes within the quotes of the shell");
    const steps = ["config", ...stepsOf(path)];
    preparePlace(document, path, steps);
    document.setIn(steps, document.createNode(parsed.value ?? null));
  }
  return document.toString();
}

/**
 * Sees to it that a place can be set: what stands above it are maps, and lists without gaps.
 * @throws {UserError} Otherwise.
 */
function preparePlace(document: Document, path: string, steps: readonly (string | number)[]): void {
  for (const [depth, step] of steps.entries()) {
    const holder = depth === 0 ? (document.contents ?? undefined) : document.getIn(steps.slice(0, depth), true);
    if (holder === undefined) return;
    if (isScalar(holder) && holder.value === null) {
      // A key with nothing behind it becomes the map that is wanted.
      document.setIn(steps.slice(0, depth), document.createNode({}));
      return;
    }
    if (isSeq(holder) && typeof step === "number" && step > holder.items.length)
      throw refused(path, `the list there has ${holder.items.length} entries; the next is [${holder.items.length}]`);
    if (typeof step === "number" ? !isSeq(holder) : !isMap(holder))
      throw refused(
        path,
        `there is no such place in the file: what holds ${JSON.stringify(step)} is no ${typeof step === "number" ? "list" : "map"}`,
      );
  }
}

function refused(given: string, rule: string): UserError {
  return new UserError(`--set ${given}: ${rule}`, exitCodes.invalid);
}

/** `genai:cluster.pools[1].nodes` as its keys and indices. */
function stepsOf(path: string): (string | number)[] {
  return path.split(/[.[]/).map((step) => (step.endsWith("]") ? Number(step.slice(0, -1)) : step));
}
