#!/usr/bin/env node
import { buildCommandLine } from "./command-line.ts";
import { reportError } from "./errors.ts";

const interrupted = new AbortController();
process.on("SIGINT", () => interrupted.abort());
process.on("SIGTERM", () => interrupted.abort());

try {
  await buildCommandLine(interrupted.signal).parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
