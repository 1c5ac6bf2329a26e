import { rename, writeFile } from "node:fs/promises";

/** Writes a private file (mode 0600) whole or not at all, so that nobody ever reads half of it. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const half = `${file}.${process.pid}.new`;
  await writeFile(half, text, { mode: 0o600 });
  await rename(half, file);
}
