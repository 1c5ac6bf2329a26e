import { writeFileSync } from "node:fs";
import { Journal } from "../pipeline/journal.ts";
import { runPipeline } from "../pipeline/run.ts";
import { log } from "../serve/log.ts";
import { type Environment, textSetting } from "../settings.ts";
import { sourceOf } from "../source/index.ts";
import { ingestSettings } from "./ingest-settings.ts";

/** How much of a termination message Kubernetes keeps, in bytes. */
const terminationMessageBytes = 4096;

/** Runs a pipeline once, and leaves what it came to where Kubernetes shows it of the ended Pod. */
export async function runEmbeddingJob(environment: Environment, signal: AbortSignal): Promise<void> {
  const settings = ingestSettings(environment);
  const journal = new Journal(textSetting(environment, "JOURNAL", "/state/journal.json"));
  // No document is lost when a run is stopped: what it wrote is its checkpoint.
  const onDocument = (document: string, outcome: string, reason?: string) => log(outcome, { document, reason });
  const summary = await runPipeline(sourceOf(environment), { ...settings, journal, signal, onDocument });
  await settings.store.close();
  const counts = { ...summary, putAside: summary.putAside.length };
  log("finished", counts);
  const file = environment["TERMINATION_MESSAGE"];
  if (!file) return;
  const whole = JSON.stringify({ ...counts, documents: summary.putAside });
  writeFileSync(file, Buffer.byteLength(whole) <= terminationMessageBytes ? whole : JSON.stringify(counts));
}
