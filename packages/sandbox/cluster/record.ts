import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./files.ts";
import type { Ports } from "./ports.ts";

/** What we know of a cluster without asking it. */
export interface ClusterRecord {
  name: string;
  /** Where it was made: a checkout may be moved or copied. */
  directory: string;
  /** Set once it was up for the first time: from then on its data is worth keeping. */
  ready: boolean;
  ports: Ports;
  /** How its components were started; another value means starting them again. */
  settings: string;
  /** Whether a real node belongs to it. */
  realNode?: boolean;
}

const file = (directory: string) => join(directory, "cluster.json");

/** The record, or undefined where there is none that can be read. */
export async function readRecord(directory: string): Promise<ClusterRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(file(directory), "utf8")) as Partial<ClusterRecord>;
    return record.name && record.directory && record.ports ? (record as ClusterRecord) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export async function writeRecord(record: ClusterRecord): Promise<void> {
  await mkdir(record.directory, { recursive: true, mode: 0o700 });
  await writeWhole(file(record.directory), `${JSON.stringify(record, null, 2)}\n`);
}
