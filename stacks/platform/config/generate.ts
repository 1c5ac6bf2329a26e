/** Writes the JSON Schema that editors read. A test fails while the committed file is another. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./json-schema.ts";

const file = join(import.meta.dirname, "..", "stack-file.schema.json");
writeFileSync(file, `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
