import { z } from "zod";
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
}

/** What the platform's generated secrets look like in a stack file. */
const encrypted: JsonSchema = {
  description: "A generated secret, encrypted: genai secrets init writes it.",
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** The JSON Schema of a whole `Pulumi.<stack>.yaml`, for editors. What only holds between parts of it, `genai config check` checks. */
export function stackFileSchema(): JsonSchema & Record<string, unknown> {
  const ours = Object.entries(sections).map(([name, schema]) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    return [`genai:${name}`, withoutDerived(rest as JsonSchema)] as const;
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of the GenAI platform",
    type: "object",
    properties: {
      config: {
        description: "The stack's configuration.",
        type: "object",
        properties: Object.fromEntries(ours),
        patternProperties: { "^genai:apiKey-": encrypted, "^(?!genai:)[^:]+:": {} },
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

/** What follows from other values need not be given: it is not required, and its description says what it follows from. */
function withoutDerived(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties, items, oneOf, derived, ...rest } = schema;
  const own = (child: JsonSchema) => withoutDerived(child);
  const required = rest.required?.filter((key) => properties?.[key]?.derived === undefined);
  return {
    ...rest,
    ...(derived === undefined ? {} : { description: `${rest.description ?? ""} Default: ${derived}.` }),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, own(child)])) }
      : {}),
    ...(required ? { required } : {}),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "object" ? own(additionalProperties) : additionalProperties,
        }),
    ...(items ? { items: own(items) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(own) } : {}),
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

/**
 * Explains a place such as `genai:models.chat.maxReplicas` or `genai:cluster.pools[0].gpu`.
 * @returns `undefined` if a stack file has no such place.
 */
export function explain(path: string): Explanation | undefined {
  const steps = path.split(/[.[]/).map((step) => step.replace(/\]$/, ""));
  let schema: JsonSchema | undefined = stackFileSchema().properties?.["config"];
  let required = false;
  for (const step of steps) {
    required = schema?.required?.includes(step) ?? false;
    schema = schema && childOf(schema, step);
  }
  if (!schema) return undefined;
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
  const known = schema.properties && Object.hasOwn(schema.properties, step) ? schema.properties[step] : undefined;
  if (known) return known;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** What alternatives say of the same key: their fixed words together, or the last. */
function oneSchema(found: readonly JsonSchema[]): JsonSchema | undefined {
  const last = found.at(-1);
  const words = found.flatMap(({ const: word }) => (word === undefined ? [] : [word]));
  return last && words.length > 0 ? { ...last, enum: words } : last;
}

function keysOf(schema: JsonSchema): string[] {
  if (schema.items) return keysOf(schema.items).map((key) => `[].${key}`);
  if (schema.oneOf) return [...new Set(schema.oneOf.flatMap(keysOf))];
  if (typeof schema.additionalProperties === "object")
    return keysOf(schema.additionalProperties).map((key) => `<name>.${key}`);
  return Object.keys(schema.properties ?? {});
}

function allowedBy({ type, enum: words, minimum, maximum, items, additionalProperties }: JsonSchema): string {
  if (words) return `one of ${words.join(", ")}`;
  if (type === "integer")
    return `a whole number ${maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`}`;
  if (type === "number") return "a number above 0";
  if (type === "boolean") return "true or false";
  if (items) return "a list";
  if (typeof additionalProperties === "object") return "a map from names of your own";
  if (Array.isArray(type)) return "a Kubernetes quantity";
  return type === "string" ? "text" : "a map";
}
