import { diffArrays } from "diff";
import { type Document, isMap, isScalar, Pair, parseDocument, Scalar, YAMLMap } from "yaml";

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

/** The version that a stack file's configuration says it is of. */
export function versionOf(given: unknown): number {
  return typeof given === "number" && Number.isInteger(given) ? given : 1;
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

/**
 * The text of a stack file as the present version has it; lines that no step touches stay as they are, byte for byte.
 * @returns The text, and what was done to it, one sentence a step.
 */
export function migrateText(text: string): { text: string; steps: string[] } {
  const document = parseDocument(text);
  const before = linesOf(document);
  const steps = migrate(document);
  if (steps.length === 0) return { text, steps };
  // The library writes a whole file in one style. Where that is line by line the user's text, only the lines that differ are taken.
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const given = text.trimEnd().split(lineEnd);
  if (given.length !== before.length) return { text: document.toString({ lineWidth: 0 }), steps };
  let at = 0;
  const lines = diffArrays(before, linesOf(document)).flatMap(({ added, removed, value }) => {
    if (added) return value;
    const own = given.slice(at, at + value.length);
    at += value.length;
    return removed ? [] : own;
  });
  return { text: `${lines.join(lineEnd)}${lineEnd}`, steps };
}

function linesOf(document: Document): string[] {
  return document.toString({ lineWidth: 0 }).trimEnd().split("\n");
}

/** Moves keys of a map into a map below another key, in their order, with their comments, to where the first of them stood. */
function moveInto(map: YAMLMap, outer: string, names: Readonly<Record<string, string>>): void {
  const nameOf = ({ key }: Pair) => (isScalar(key) && typeof key.value === "string" ? names[key.value] : undefined);
  const at = map.items.findIndex((pair) => nameOf(pair) !== undefined);
  if (at < 0) return;
  const moved = map.items.flatMap((pair) => {
    const inner = nameOf(pair);
    return inner === undefined ? [] : [{ pair: new Pair(new Scalar(inner), pair.value), comment: commentOf(pair) }];
  });
  const group = new YAMLMap<unknown, unknown>();
  group.flow = map.flow ?? false;
  const key = new Scalar(outer);
  for (const [index, { pair, comment }] of moved.entries()) {
    (index === 0 ? key : pair.key).commentBefore = comment;
    group.items.push(pair);
  }
  map.items.splice(at, 1, new Pair(key, group));
  map.items = map.items.filter((pair) => nameOf(pair) === undefined);
}

function commentOf({ key }: Pair): string | null {
  return isScalar(key) ? (key.commentBefore ?? null) : null;
}
