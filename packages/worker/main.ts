import { runEmbeddingJob } from "./commands/pipeline.ts";
import { runWorker } from "./commands/worker.ts";
import { log } from "./serve/log.ts";

// The container's first process gets no default handling of signals.
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const commands = { worker: runWorker, pipeline: runEmbeddingJob };
const name = process.argv[2] ?? "";
try {
  if (!Object.hasOwn(commands, name)) throw new Error(`"${name}" is no command; use worker or pipeline`);
  await commands[name as keyof typeof commands](process.env, stop.signal);
  process.exit(0);
} catch (error) {
  log("failed", { reason: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
