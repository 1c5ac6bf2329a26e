import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { addonPages } from "./addon-pages.ts";
import { stackFileSchema } from "./json-schema.ts";
import { stackFileReference } from "./reference.ts";

const platform = join(import.meta.dirname, "..");

/** A file that follows from the schema. */
export interface GeneratedFile {
  path: string;
  text: string;
}

/** What editors and readers use, as it should be: the schema, its reference, and the tables in the pages of the add-ons. */
export async function generatedFiles(): Promise<GeneratedFile[]> {
  const files = [
    { path: join(platform, "stack-file.schema.json"), text: JSON.stringify(stackFileSchema()), parser: "json" },
    { path: join(platform, "..", "..", "docs", "stack-file.md"), text: stackFileReference(), parser: "markdown" },
    ...addonPages().map((page) => ({ ...page, parser: "markdown" })),
  ];
  return Promise.all(
    files.map(async ({ path, text, parser }) => ({ path, text: await format(text, { parser, printWidth: 120 }) })),
  );
}

/** The generated files that are not as they should be. */
export async function staleFiles(): Promise<GeneratedFile[]> {
  return (await generatedFiles()).filter(({ path, text }) => readOrEmpty(path) !== text);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

if (import.meta.main) for (const { path, text } of await staleFiles()) writeFileSync(path, text);
