import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes an empty directory that is deleted when the test process ends. @param purpose Part of its name. */
export function temporaryDirectory(purpose: string): string {
  const directory = mkdtempSync(join(tmpdir(), `genai-${purpose}-`));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
