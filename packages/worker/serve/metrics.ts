import { Counter, Gauge, Registry } from "prom-client";
import type { Queue } from "../queue/queue.ts";
import type { Outcome } from "../queue/work.ts";

/** A worker's metrics. */
export interface WorkerMetrics {
  registry: Registry;
  /** Counts a message by how work on it ended. */
  ended(outcome: Outcome): void;
}

/** The metrics of a worker; the backlog is asked of the queue whenever they are read. */
export function workerMetrics(queue: Queue, name: string): WorkerMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ queue: name });
  const registers = [registry];
  const messages = new Gauge({
    name: "genai_worker_backlog_messages",
    help: "Messages that wait or are being worked on",
    registers,
  });
  const age = new Gauge({
    name: "genai_worker_backlog_age_seconds",
    help: "Seconds since the oldest waiting message was added",
    registers,
  });
  const putAside = new Gauge({
    name: "genai_worker_put_aside_messages",
    help: "Messages that were put aside because work on them failed too often",
    registers,
    async collect() {
      const backlog = await queue.backlog();
      messages.set(backlog.messages);
      age.set(backlog.ageSeconds);
      this.set(backlog.putAside);
    },
  });
  putAside.set(0);
  const total = new Counter({
    name: "genai_worker_messages_total",
    help: "Messages by how work on them ended",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of ["done", "retried", "putAside"] as const) total.inc({ outcome }, 0);
  return { registry, ended: (outcome) => total.inc({ outcome }) };
}
