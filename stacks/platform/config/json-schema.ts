import { mapValues } from "@genai/core";
import { generatedKeyPattern } from "@genai/secrets";
import { z } from "zod";
import { own } from "./own.ts";
import { sections } from "./schema.ts";

/** The part of JSON Schema that a stack file's schema uses. */
export interface JsonSchema {
  description?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  /** What a key that may be left out follows from. */
  derived?: string;
  /** What a text may hold, in words; a schema keeps it for people. */
  rule?: string;
}

/** What the platform's generated secrets look like in a stack file. */
const encrypted: JsonSchema = {
  description: "A generated secret, encrypted: genai secrets init writes it.",
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

let schemas: Readonly<Record<string, JsonSchema>> | undefined;

/** The sections as JSON Schema, with the rules in words; made once, for the reference asks at every key. */
function sectionSchemas(): Readonly<Record<string, JsonSchema>> {
  schemas ??= Object.fromEntries(
    Object.entries(sections).map(([name, schema]) => {
      const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
      return [`genai:${name}`, withoutDerived(rest as JsonSchema)] as const;
    }),
  );
  return schemas;
}

/** The JSON Schema of a whole `Pulumi.<stack>.yaml`, for editors. What only holds between parts of it, `genai config check` checks. */
export function stackFileSchema(): JsonSchema & Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of the GenAI platform",
    type: "object",
    properties: {
      config: {
        description: "The stack's configuration.",
        type: "object",
        properties: mapValues(sectionSchemas(), withoutRules),
        patternProperties: { [generatedKeyPattern]: encrypted, "^(?!genai:)[^:]+:": {} },
        additionalProperties: false,
      },
      encryptionsalt: { type: "string" },
      encryptedkey: { type: "string" },
      secretsprovider: {
        description: "What encrypts the generated secrets: passphrase, or a key of a cloud or of Vault.",
        type: "string",
        examples: ["passphrase", "awskms://alias/genai"],
      },
      environment: {},
    },
    additionalProperties: false,
  };
}

/** A schema without what only people read. */
function withoutRules(schema: JsonSchema): JsonSchema {
  const { rule: _, ...rest } = schema;
  return mapChildren(rest, withoutRules);
}

/** What follows from other values need not be given: it is not required, and its description says what it follows from. */
function withoutDerived({ derived, ...schema }: JsonSchema): JsonSchema {
  const { properties, description = "" } = schema;
  const required = schema.required?.filter((key) => properties?.[key]?.derived === undefined);
  return mapChildren(
    {
      ...schema,
      ...(derived === undefined ? {} : { description: `${description} Default: ${derived}.` }),
      ...(required ? { required } : {}),
    },
    withoutDerived,
  );
}

/** A schema with what it says of keys, entries and alternatives changed. */
function mapChildren(schema: JsonSchema, change: (child: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, additionalProperties, items, oneOf } = schema;
  return {
    ...schema,
    ...(properties ? { properties: mapValues(properties, change) } : {}),
    ...(typeof additionalProperties === "object" ? { additionalProperties: change(additionalProperties) } : {}),
    ...(items ? { items: change(items) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(change) } : {}),
  };
}

/** What a stack file may say at one place. */
export interface Explanation {
  path: string;
  description?: string;
  /** The rule in a few words: `a whole number from 1 to 16`. */
  allowed: string;
  required: boolean;
  default?: unknown;
  examples?: unknown[];
  /** The keys below it. */
  keys: string[];
}

/** A place that a stack file has not. */
export interface NoPlace {
  /** The part of the path that there is; empty if there is none. */
  within: string;
  /** The step from there that there is not. */
  step: string;
  /** The steps that there are. */
  known: string[];
}

/** Explains a place such as `genai:models.chat.maxReplicas` or `genai:cluster.pools[0].gpu`, or says how far the path leads. */
export function explain(path: string): Explanation | NoPlace {
  const steps = path.split(/[.[]/).map((step) => step.replace(/\]$/, ""));
  let schema: JsonSchema = { properties: sectionSchemas() };
  let required = false;
  for (const [depth, step] of steps.entries()) {
    const child = childOf(schema, step);
    if (!child) return { within: steps.slice(0, depth).join("."), step, known: stepsOf(schema) };
    required = schema.required?.includes(step) ?? false;
    schema = child;
  }
  const { description, default: given, examples } = schema;
  return {
    path,
    ...(description ? { description } : {}),
    allowed: allowedBy(schema),
    required,
    ...(given === undefined ? {} : { default: given }),
    ...(examples ? { examples } : {}),
    keys: keysOf(schema),
  };
}

function childOf(schema: JsonSchema, step: string): JsonSchema | undefined {
  if (schema.items) return /^\d+$/.test(step) ? schema.items : undefined;
  if (schema.oneOf) return oneSchema(schema.oneOf.flatMap((one) => childOf(one, step) ?? []));
  const known = own(schema.properties, step);
  if (known) return known;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** What alternatives say of the same key: their fixed words together, or the last. */
function oneSchema(found: readonly JsonSchema[]): JsonSchema | undefined {
  const last = found.at(-1);
  const words = found.flatMap(({ const: word }) => (word === undefined ? [] : [word]));
  return last && words.length > 0 ? { ...last, enum: words } : last;
}

/** What may follow a place in a path. */
function stepsOf({ properties, items, oneOf }: JsonSchema): string[] {
  if (items) return ["[0]"];
  return Object.keys(properties ?? Object.assign({}, ...(oneOf ?? []).map((one) => one.properties)));
}

function keysOf(schema: JsonSchema): string[] {
  if (schema.items) return keysOf(schema.items).map((key) => `[].${key}`);
  if (schema.oneOf) return [...new Set(schema.oneOf.flatMap(keysOf))];
  if (typeof schema.additionalProperties === "object")
    return keysOf(schema.additionalProperties).map((key) => `<name>.${key}`);
  return Object.keys(schema.properties ?? {});
}

function allowedBy({ type, enum: words, rule, minimum, maximum, items, additionalProperties }: JsonSchema): string {
  if (rule) return rule;
  if (words) return `one of ${words.join(", ")}`;
  if (type === "integer")
    return `a whole number ${maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`}`;
  if (type === "boolean") return "true or false";
  if (items) return "a list";
  if (typeof additionalProperties === "object") return "a map from names of your own";
  if (Array.isArray(type)) return "a Kubernetes quantity";
  return type === "string" ? "text" : "a map";
}
