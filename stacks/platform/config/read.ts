import type { Problem } from "@genai/core";
import { isGeneratedKey } from "@genai/secrets";
import { Document } from "yaml";
import type { z } from "zod";
import { crossChecks } from "./cross-checks.ts";
import { badValue, didYouMean } from "./fields.ts";
import { withDerived } from "./derived.ts";
import { isMap } from "./is-map.ts";
import { migrate, schemaVersion, versionKey, versionNumber, versionOf } from "./migrations.ts";
import { withPreset } from "./providers.ts";
import { sectionKeys, sections, type PlatformConfig } from "./schema.ts";
import { isEncrypted, misplaced } from "./secrets.ts";
import { parseYaml } from "./yaml.ts";

/** What reading gives: the configuration if nothing is wrong, else every problem. */
export interface ReadResult {
  config?: PlatformConfig;
  problems: Problem[];
}

/** The keys that Pulumi itself puts at the top of a stack file. */
const fileKeys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

/** Reads a `Pulumi.<stack>.yaml`: YAML, schema, and what must hold between its parts. Needs no engine and decrypts nothing. */
export function readStackFile(yamlText: string): ReadResult {
  const { value: file = {}, problems: syntax } = parseYaml(yamlText);
  if (syntax.length > 0) return { problems: syntax };
  if (!isMap(file)) return { problems: [{ path: "file", message: badValue(file, "a map with the key config") }] };
  const problems = Object.keys(file)
    .filter((key) => !fileKeys.includes(key))
    .map((key) => unknownKey(key, key, fileKeys));
  problems.push(...secretsProviderProblems(file["secretsprovider"]));
  const config = file["config"] ?? {};
  if (!isMap(config)) return { problems: [...problems, { path: "config", message: badValue(config, "a map") }] };
  const read = readStackConfig(config);
  return problems.length > 0 ? { problems: [...problems, ...read.problems] } : read;
}

/** Pulumi's secrets providers: what encrypts the `secure:` values of a stack file. */
const secretsProviders = ["default", "passphrase", "awskms://", "azurekeyvault://", "gcpkms://", "hashivault://"];

function secretsProviderProblems(given: unknown): Problem[] {
  if (given === undefined) return [];
  const known =
    typeof given === "string" &&
    secretsProviders.some((each) => given === each || (each.endsWith("//") && given.startsWith(each)));
  if (known) return [];
  const message = badValue(
    given,
    "passphrase, or a key as in awskms://alias/genai, azurekeyvault://, gcpkms:// or hashivault://",
  );
  return [{ path: "secretsprovider", message }];
}

/**
 * Checks the configuration of a stack.
 * @param stackConfig Values by full key (`genai:cluster`); keys of other namespaces (`kubernetes:context`) are none of ours. Of a secret
 *   either what the stack file says (`{ secure }`) or `undefined`, never its value.
 */
export function readStackConfig(stackConfig: Readonly<Record<string, unknown>>): ReadResult {
  const version = versionNumber(stackConfig[versionKey]);
  const given = version === undefined ? stackConfig : { ...stackConfig, [versionKey]: version };
  const old = version === undefined || (versionOf(version) === version && version < schemaVersion);
  const values = withPreset(withDerived(old && isMap(given["genai:models"]) ? migratedValues(given) : given));
  const read = readCurrent(values);
  if (read.problems.length === 0 || version === undefined || !old) return read;
  const message = `is ${String(version)}: the paths above are those of version ${schemaVersion}; rewrite the file with: genai config migrate`;
  return { problems: [...read.problems, { path: versionKey, message }] };
}

/** The values of an older file as the present version would say them. */
function migratedValues(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = { [versionKey]: given[versionKey] ?? 1, "genai:models": given["genai:models"] };
  const document = new Document({ config: own });
  migrate(document);
  return { ...given, ...(document.toJS() as { config: object }).config };
}

function readCurrent(values: Readonly<Record<string, unknown>>): ReadResult {
  const problems = Object.keys(values)
    .filter((key) => key.startsWith("genai:") || !key.includes(":"))
    .filter((key) => !sectionKeys.includes(key) && !isGeneratedKey(key))
    .map((key) => unknownKey(key, key, sectionKeys));
  for (const [key, value] of Object.entries(values)) {
    if (!isGeneratedKey(key) || value === undefined || isEncrypted(value)) continue;
    const message = "is in clear; delete the line, and generate a new value with: genai secrets init --stack <stack>";
    problems.push({ path: key, message });
  }
  const foreign = sectionKeys.flatMap((path) => misplaced(path, values[path]));
  problems.push(...foreign);
  // Every further message would repeat the key.
  if (foreign.some(({ isKey }) => isKey)) return { problems };
  const judged: Problem[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(sections)) {
    const path = `genai:${name}`;
    if (isEncrypted(values[path])) continue;
    // A section with nothing in it is one that was left out.
    const result = readSection(path, schema, values[path] ?? undefined);
    judged.push(...result.problems);
    if (result.value !== undefined) config[name] = result.value;
  }
  judged.push(...crossChecks(config as Partial<PlatformConfig>, values));
  problems.push(...judged.filter(({ path }) => !foreign.some((each) => each.path === path)));
  return problems.length > 0 ? { problems } : { config: config as PlatformConfig, problems: [] };
}

/** Parses one section. Of a map of entries the good ones are kept beside the problems of the bad ones, so that they are still cross-checked. */
function readSection(path: string, schema: z.ZodType, value: unknown): { value?: unknown; problems: Problem[] } {
  const first = schema.safeParse(value);
  if (first.success) return { value: first.data, problems: [] };
  const problems = first.error.issues.flatMap((issue) => problemsOf(path, issue));
  if (!isMap(value)) return { problems };
  const bad = new Set(first.error.issues.map((issue) => issue.path[0]));
  const rest = schema.safeParse(Object.fromEntries(Object.entries(value).filter(([key]) => !bad.has(key))));
  return { value: rest.data, problems };
}

function problemsOf(section: string, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${String(step)}`),
    section,
  );
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => unknownKey(`${path}.${key}`, key, issue.message.split(", ")));
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  if (/dimension|^dims?$|^(vector|embedding)_?-?size$/i.test(key))
    return { path, message: "cannot be set: the dimension follows from the embedding model; remove it" };
  return { path, message: `unknown key; allowed: ${known.join(", ")}${didYouMean(key, known)}` };
}
