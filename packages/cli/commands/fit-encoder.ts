import {
  embedderMemoryMiB,
  embedderRefusal,
  encoderModels,
  type EncoderName,
  gibibytes,
  type GpuName,
  gpus,
} from "@genai/catalog";
import { exitCodes, UserError } from "../errors.ts";
import { printTable } from "../table.ts";
import { memoryBar } from "../units.ts";

/** What an embedding or reranking model takes on one kind of GPU, or on CPU. */
interface EncoderRow {
  on: string;
  neededMiB: number;
  /** Undefined on CPU. */
  availableMiB?: number;
  /** Why it does not run there. */
  refusal?: string;
}

/**
 * Prints where an embedding or reranking model runs, and what a replica takes of the memory.
 * @throws {UserError} With exit code 1, if it runs on none of the GPUs that were asked about.
 */
export function fitEncoder(model: EncoderName, gpuNames: readonly GpuName[], onCpu: boolean, json: boolean): void {
  const rows: EncoderRow[] = [
    ...(onCpu ? [{ on: "CPU", neededMiB: embedderMemoryMiB(model) }] : []),
    ...gpuNames.map((gpu) => {
      const refusal = embedderRefusal(model, gpu);
      const needed = { on: gpu, neededMiB: embedderMemoryMiB(model, gpu), availableMiB: gpus[gpu].memoryMiB };
      return refusal === undefined ? needed : { ...needed, refusal };
    }),
  ];
  const facts = encoderModels[model];
  if (json) console.log(JSON.stringify({ model, ...facts, rows }, undefined, 2));
  else {
    const dimension = "dimension" in facts ? `, vectors of ${facts.dimension} elements` : "";
    console.log(`${model}: texts of at most ${facts.maximumTokens} tokens${dimension}`);
    printTable(
      rows.map(({ on, neededMiB, availableMiB, refusal }) => ({
        on,
        memory: availableMiB === undefined ? gibibytes(neededMiB) : memoryBar(neededMiB, availableMiB),
        "": refusal === undefined ? "" : "does not run",
      })),
      [],
    );
  }
  const refusals = rows.flatMap(({ refusal }) => refusal ?? []);
  if (refusals.length === rows.length) throw new UserError(json ? "" : refusals.join("\n"), exitCodes.failed);
}
