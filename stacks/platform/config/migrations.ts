import { diffArrays } from "diff";
import type { Problem } from "@genai/core";
import { type Document, isMap, isScalar, Pair, Scalar, YAMLMap } from "yaml";
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
  return typeof given === "number" && Number.isInteger(given) && given >= 1 ? given : 1;
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
  const before = linesOf(document, text);
  const steps = migrate(document);
  return { text: steps.length > 0 ? rewritten(text, before, linesOf(document, text)) : text, steps, problems };
}

/**
 * Carries what differs between two texts of the library's style over to the user's own text, which differs from the first in blanks and
 * empty lines at most; where it differs in more, the library's text is taken as a whole.
 */
function rewritten(text: string, before: readonly string[], after: readonly string[]): string {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const given = text.trimEnd().split(lineEnd);
  const places = placesOf(before, given);
  if (!places) return `${after.join(lineEnd)}${lineEnd}`;
  const lines = given.slice(0, places[0]);
  // Of lines that go, the empty ones after them stay, behind what comes instead.
  let [at, kept] = [0, [] as string[]];
  for (const { added, removed, value } of diffArrays([...before], [...after])) {
    const own = added ? value : given.slice(places[at], places[at + value.length]);
    if (!added) at += value.length;
    if (removed) kept = own.filter((line) => line.trim() === "");
    else lines.push(...(added ? [...own, ...kept.splice(0)] : [...kept.splice(0), ...own]));
  }
  return `${[...lines, ...kept].join(lineEnd)}${lineEnd}`;
}

/** Where each line of one text stands in another with other blanks, and the end; undefined if they differ in more. */
function placesOf(lines: readonly string[], given: readonly string[]): number[] | undefined {
  const squeezed = (all: readonly string[]) =>
    all.map((line, index) => ({ index, text: line.replace(/\s+/g, "") })).filter((line) => line.text !== "");
  const [ours, theirs] = [squeezed(lines), squeezed(given)];
  if (ours.length !== theirs.length || ours.some((line, index) => line.text !== theirs[index]?.text)) return undefined;
  const places = new Map(ours.map((line, index) => [line.index, theirs[index]?.index ?? 0]));
  // An empty line stands where the next other line does.
  let next = given.length;
  const found = [given.length];
  for (let index = lines.length - 1; index >= 0; index -= 1) found.unshift((next = places.get(index) ?? next));
  return found;
}

/** A document in the library's style, with the indentation of the user's text. */
function linesOf(document: Document, text: string): string[] {
  const indent = /^( +)[^ #]/.exec(text.split("\n").find((line) => /^ +[^\s#]/.test(line)) ?? "")?.[1]?.length ?? 2;
  return document.toString({ lineWidth: 0, indent }).trimEnd().split("\n");
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
