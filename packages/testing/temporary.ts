import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** Makes a directory that is gone when the process ends. @param purpose Part of its name. */
export function temporaryDirectory(purpose: string): string {
  if (made.length === 0)
    process.once("exit", () => made.forEach((each) => rmSync(each, { recursive: true, force: true })));
  const directory = mkdtempSync(join(tmpdir(), `genai-${purpose}-`));
  made.push(directory);
  return directory;
}
