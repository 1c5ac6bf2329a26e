import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { documentName, refuseLarge, type SourceDocument } from "./source.ts";

/** The documents below a directory, by their paths in it; hidden directories and links are passed over. */
export async function* volumeDocuments(root: string, directory = root): AsyncIterable<SourceDocument> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith(".")) yield* volumeDocuments(root, path);
    if (entry.isFile() && documentName.test(entry.name))
      yield { name: relative(root, path), read: () => readBounded(path) };
  }
}

async function readBounded(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  refuseLarge(size);
  return readFile(path);
}
