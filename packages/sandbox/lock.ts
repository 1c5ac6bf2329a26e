import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

export interface LockOptions {
  /** Called once when somebody else holds the lock, with its process id where it is known. */
  onWait?(holder: number | undefined): void;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/**
 * Runs `work` while no other process holds the lock at `path`. The lock is one of SQLite's, hence the operating system's: it is gone
 * with its process, however that ends, so there is none to be stale.
 */
export async function withLock<T>(path: string, { onWait, signal }: LockOptions, work: () => Promise<T>): Promise<T> {
  const database = new DatabaseSync(path);
  try {
    for (let waiting = false; !tryLock(database); waiting = true) {
      if (!waiting) onWait?.(holderOf(path));
      await sleep(250, undefined, { signal });
    }
    writeFileSync(`${path}.pid`, String(process.pid));
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  }
}

function holderOf(path: string): number | undefined {
  try {
    return Number(readFileSync(`${path}.pid`, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}
