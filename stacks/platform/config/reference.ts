import { explain, type Explanation, type JsonSchema, stackFileSchema } from "./json-schema.ts";

/** The reference page of the stack file as Markdown: every key with its meaning, what it may hold, default and example. */
export function stackFileReference(): string {
  const config = stackFileSchema().properties?.["config"]?.properties ?? {};
  const sections = Object.entries(config).map(([key, schema]) => section(key, schema));
  return [
    "# The stack file",
    "Generated from the schema by `node stacks/platform/config/generate.ts`; do not edit. `genai config explain <path>` prints one entry, " +
      "and editors with a YAML language server complete and explain keys in `Pulumi.*.yaml`.",
    ...sections,
  ].join("\n\n");
}

function section(key: string, schema: JsonSchema): string {
  const rows = leaves(key, schema).map(({ path, description = "", allowed, required, ...rest }) => {
    const given = rest.default === undefined ? (required ? "required" : "") : code(rest.default);
    return [
      `\`${path.slice(key.length + 1) || path}\``,
      description,
      allowed.replaceAll("`", ""),
      given,
      code(rest.examples?.[0]),
    ];
  });
  const table = [["key", "meaning", "may be", "default", "example"], ["-", "-", "-", "-", "-"], ...rows];
  return [`## ${key}`, schema.description ?? "", table.map(line).join("\n")].join("\n\n");
}

/** Every place below a key that holds a value of its own. */
function leaves(path: string, schema: JsonSchema): Explanation[] {
  const children = [
    ...Object.entries(schema.properties ?? {}).map(([key, child]) => [`${path}.${key}`, child] as const),
    ...(typeof schema.additionalProperties === "object"
      ? [[`${path}.<name>`, schema.additionalProperties] as const]
      : []),
    ...(schema.items ? [[`${path}[]`, schema.items] as const] : []),
    ...(schema.oneOf ?? []).flatMap((one) =>
      Object.entries(one.properties ?? {}).map(([key, child]) => [`${path}.${key}`, child] as const),
    ),
  ];
  if (children.length === 0) return [explained(path)];
  const seen = new Set<string>();
  return children.flatMap(([place, child]) => {
    if (seen.has(place)) return [];
    seen.add(place);
    return leaves(place, child);
  });
}

function explained(path: string): Explanation {
  const found = explain(path.replaceAll("[]", "[0]"));
  if ("step" in found) throw new Error(`no explanation of ${path}`);
  return { ...found, path };
}

function line(cells: readonly string[]): string {
  // Prettier escapes the rest of what Markdown would read as its own.
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<name>", "‹name›")).join(" | ")} |`;
}

function code(value: unknown): string {
  return value === undefined ? "" : `\`${JSON.stringify(value)}\``;
}
