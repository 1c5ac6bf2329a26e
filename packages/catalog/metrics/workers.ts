import type { MetricSource } from "./metric.ts";

const perQueue = ["queue"] as const;

/** The platform's workers. What they say of their queue each of them says, so that the highest counts and not the sum. */
export const worker = {
  version: "0.1.0",
  source: "this repository: packages/worker/serve/metrics.ts",
  metrics: {
    /** Messages that wait or are being worked on. */
    genai_worker_backlog_messages: { type: "gauge", labels: perQueue },
    /** Seconds since the oldest waiting message was added. */
    genai_worker_backlog_age_seconds: { type: "gauge", labels: perQueue },
    /** Messages that were put aside because work on them failed too often. */
    genai_worker_put_aside_messages: { type: "gauge", labels: perQueue },
    /** `outcome` is `done`, `retried` or `putAside`. */
    genai_worker_messages_total: { type: "counter", labels: [...perQueue, "outcome"] },
  },
} as const satisfies MetricSource;
