import type { Problem } from "@genai/core";
import { type Document, isMap, isScalar, Pair, Scalar, YAMLMap } from "yaml";
import { edited } from "./edit-text.ts";
import { parseYaml } from "./yaml.ts";

/** Version of the schema that this checkout reads and writes. */
export const schemaVersion = 2;

/** Key of a stack file that says which version its other keys are of; without it, version 1. */
export const versionKey = "genai:version";

/** A step from one version of the schema to the next. */
interface Migration {
  to: number;
  /** What it does, for a person. */
  what: string;
  apply(config: YAMLMap): void;
}

const migrations: readonly Migration[] = [
  {
    to: 2,
    what: "weightsBandwidth and huggingFaceToken of a model become weights.bandwidth and weights.token",
    apply(config) {
      const models = config.get("genai:models");
      for (const { value: model } of isMap(models) ? models.items : []) {
        if (!isMap(model)) continue;
        moveInto(model, "weights", { weightsBandwidth: "bandwidth", huggingFaceToken: "token" });
      }
    },
  },
];

/** The version that a stack file's configuration says it is of; the first, if it says none. */
export function versionOf(given: unknown): number {
  const version = versionNumber(given);
  return typeof version === "number" && Number.isInteger(version) && version >= 1 ? version : 1;
}

/** A version as a number, where it is one: `pulumi stack init` and `pulumi config set` write it as text. */
export function versionNumber(given: unknown): unknown {
  return typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given;
}

/**
 * Brings the document of a stack file to the present version, in place; comments and order stay.
 * @returns What was done, one sentence a step; empty if nothing was to do.
 */
export function migrate(document: Document): string[] {
  const config = document.get("config");
  if (!isMap(config)) return [];
  const from = versionOf(config.get(versionKey));
  const steps = migrations.filter(({ to }) => to > from);
  for (const { apply } of steps) apply(config);
  if (steps.length === 0) return [];
  if (config.has(versionKey)) config.set(versionKey, schemaVersion);
  else config.items.unshift(new Pair(new Scalar(versionKey), new Scalar(schemaVersion)));
  return steps.map(({ to, what }) => `version ${to}: ${what}`);
}

/** What migrating a stack file gives. */
export interface MigratedText {
  text: string;
  /** What was done, one sentence a step. */
  steps: string[];
  /** Why nothing could be done: the file is no YAML, or of a version that is still to come. */
  problems: Problem[];
}

/**
 * The text of a stack file as the present version has it; lines that no step touches stay as they are, byte for byte.
 */
export function migrateText(text: string): MigratedText {
  const { document, problems } = parseYaml(text);
  if (problems.length > 0) return { text, steps: [], problems };
  const version = versionOf(document.getIn(["config", versionKey]));
  if (version > schemaVersion) {
    const message = `is ${version}, and this checkout knows ${schemaVersion} at most; use a newer one`;
    return { text, steps: [], problems: [{ path: versionKey, message }] };
  }
  let steps: string[] = [];
  const migrated = edited(text, document, () => (steps = migrate(document)));
  return { text: migrated, steps, problems };
}

/**
 * Moves keys of a map into a map below another key, in their order, with their comments, to where the first of them stood. A key that is
 * there already, under its new name, stays beside its old one: reading then says that the old one is unknown.
 */
function moveInto(map: YAMLMap, outer: string, names: Readonly<Record<string, string>>): void {
  const there = map.get(outer);
  const group = isMap(there) ? there : new YAMLMap<unknown, unknown>();
  const nameOf = ({ key }: Pair) => {
    const name = isScalar(key) && typeof key.value === "string" ? names[key.value] : undefined;
    return name === undefined || group.has(name) ? undefined : name;
  };
  const moved = map.items.filter((pair) => nameOf(pair) !== undefined);
  const first = moved[0];
  if (!first) return;
  if (there !== group) {
    group.flow = map.flow ?? false;
    const key = new Scalar(outer);
    [key.commentBefore, key.spaceBefore] = leadOf(first);
    map.items.splice(map.items.indexOf(first), 0, new Pair(key, group));
  }
  map.items = map.items.filter((pair) => !moved.includes(pair));
  for (const [index, pair] of moved.entries()) {
    const key = new Scalar(nameOf(pair));
    if (there === group || index > 0) [key.commentBefore, key.spaceBefore] = leadOf(pair);
    group.items.push(new Pair(key, pair.value));
  }
}

/** The comment, and whether there is an empty line, before a pair. */
function leadOf({ key }: Pair): [comment: string | null | undefined, space: boolean | undefined] {
  return isScalar(key) ? [key.commentBefore, key.spaceBefore] : [undefined, undefined];
}
