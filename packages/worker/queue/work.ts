import { setTimeout as delay } from "node:timers/promises";
import type { Message, Queue } from "./queue.ts";
import { RefusedError, type Task } from "./task.ts";

/** What a worker goes on with. */
export interface WorkOptions {
  /** Messages that are worked on at the same time. */
  concurrency: number;
  maximumDeliveries: number;
  /** Milliseconds after which others would take a message; three signs of life are given in that time. */
  reclaimMilliseconds: number;
  /** Ends the work: what was taken is finished, and nothing more is taken. */
  signal: AbortSignal;
  /** Seconds that what was taken may still take after the signal. @default 60 */
  drainSeconds?: number;
  /** Told how each message ended. */
  onEnd?(outcome: Outcome, message: Message, reason?: string): void;
}

/** How work on a message ended: `retried` means that it stays on the queue. */
export type Outcome = "done" | "retried" | "putAside";

/** Takes messages and works on them until the signal comes, then finishes what it has. */
export async function work(queue: Queue, task: Task, options: WorkOptions): Promise<void> {
  const { signal, concurrency, drainSeconds = 60 } = options;
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  while (!signal.aborted) {
    if (running.size >= concurrency) {
      await Promise.race(running);
      continue;
    }
    for (const message of await taken(queue, concurrency - running.size)) {
      const one = handle(message, { ...options, queue, task, abort: abort.signal }).finally(() => running.delete(one));
      running.add(one);
    }
  }
  const late = setTimeout(() => abort.abort(new Error("the worker stopped before it was done")), drainSeconds * 1000);
  await Promise.all(running);
  clearTimeout(late);
}

/** The next messages; none, after a pause, where the queue answers with an error. */
async function taken(queue: Queue, count: number): Promise<Message[]> {
  try {
    return await queue.take(count, 1000);
  } catch (error) {
    // A server that came back without its data has no group; one that is still loading answers with an error.
    if (String(error).includes("NOGROUP")) await queue.open();
    await delay(1000);
    return [];
  }
}

/** What work on one message goes on with. */
interface Handling extends WorkOptions {
  queue: Queue;
  task: Task;
  /** Ends the work itself. */
  abort: AbortSignal;
}

async function handle(message: Message, handling: Handling): Promise<void> {
  const { queue, task, abort, maximumDeliveries, reclaimMilliseconds, onEnd } = handling;
  // A message that ends its worker is never refused by it: it is handed out once more often than allowed.
  if (message.deliveries > maximumDeliveries) {
    const reason = `handed out ${message.deliveries - 1} times, and each worker ended or failed`;
    return settle(() => queue.putAside(message, reason), "putAside", reason);
  }
  const sign = setInterval(() => void queue.keep(message).catch(() => {}), reclaimMilliseconds / 3);
  try {
    const answer = await task.run(message.body, abort);
    await settle(() => queue.done(message, answer), "done");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isLast = message.deliveries >= maximumDeliveries && !abort.aborted;
    if (isLast || error instanceof RefusedError)
      await settle(() => queue.putAside(message, reason), "putAside", reason);
    // Left as it is: when the time for reclaiming is over, it is handed out again.
    else onEnd?.("retried", message, reason);
  } finally {
    clearInterval(sign);
  }

  /** Where the queue cannot be told, the message comes again. */
  async function settle(tell: () => Promise<void>, outcome: Outcome, reason?: string): Promise<void> {
    try {
      await tell();
      onEnd?.(outcome, message, reason);
    } catch (error) {
      onEnd?.("retried", message, String(error));
    }
  }
}
