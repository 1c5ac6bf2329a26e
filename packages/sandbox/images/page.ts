import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import type { ImageRow } from "./row.ts";
import { imageTable } from "./table.ts";

/** The page of the documentation that lists the table. */
export const imagesPageFile = join(import.meta.dirname, "..", "..", "..", "docs", "images.md");

const introduction = `# Images of the embedded cluster

The real node of the embedded cluster runs what the program deploys, under the very image references that the program names. A published
image is pulled where its registry answers (it is asked once, for three seconds, and then left alone for an hour). One that cannot be pulled
is built from what package registries have: Go modules, Debian's packages, packages of PyPI at pinned hashes. Where not even that is
possible, its Pods go to simulated nodes. One table decides it, [\`packages/sandbox/images/table.ts\`](../packages/sandbox/images/table.ts),
from which this page is generated (\`node packages/sandbox/images/page.ts\`).

Layers are kept in \`~/.cache/genai/images\` (or below \`$XDG_CACHE_HOME\`), by what they are made of; the same recipe gives the same bytes. Only
images that the stack deploys are built. Debian packages are those of the release on the day of the build: to get newer ones, delete that
directory.
`;

/** The page, as it should be. */
export async function imagesPage(): Promise<string> {
  const head = "| image | its Pods are | pulled | built from | in what it differs |\n| --- | --- | --- | --- | --- |\n";
  const text = `${introduction}\n${head}${imageTable.map(line).join("")}`;
  return format(text, { parser: "markdown", printWidth: 120 });
}

function line({ repositories, workload, pulled, recipe, from, differs }: ImageRow): string {
  const names = repositories.map((name) => `\`${name}\``).join(", ");
  const cells = [names, workload, pulled ? "where it can be" : "never", recipe ? from : `not built: ${from}`, differs];
  return `| ${cells.join(" | ")} |\n`;
}

if (import.meta.main) writeFileSync(imagesPageFile, await imagesPage());
