import { hostname } from "node:os";
import { EmbedTask } from "../queue/embed-task.ts";
import { ModelTask } from "../queue/model-task.ts";
import { Queue } from "../queue/queue.ts";
import type { Task } from "../queue/task.ts";
import { work } from "../queue/work.ts";
import { log } from "../serve/log.ts";
import { workerMetrics } from "../serve/metrics.ts";
import { startServer } from "../serve/server.ts";
import { countSetting, type Environment, SettingError, textSetting } from "../settings.ts";
import { ingestSettings } from "./ingest-settings.ts";

/** Works on a queue until the signal comes. */
export async function runWorker(environment: Environment, signal: AbortSignal): Promise<void> {
  const name = textSetting(environment, "QUEUE_NAME");
  const maximumDeliveries = countSetting(environment, "MAXIMUM_DELIVERIES", 5);
  const reclaimMilliseconds = countSetting(environment, "RECLAIM_MILLISECONDS", 60_000);
  const task = taskOf(environment);
  const queue = new Queue({
    host: textSetting(environment, "QUEUE_HOST"),
    port: countSetting(environment, "QUEUE_PORT"),
    password: environment["QUEUE_PASSWORD"],
    name,
    // Pods' names are theirs alone.
    consumer: textSetting(environment, "CONSUMER", hostname()),
    maximumDeliveries,
    reclaimMilliseconds,
    resultSeconds: countSetting(environment, "RESULT_SECONDS", 86_400),
  });
  const metrics = workerMetrics(queue, name);
  const port = countSetting(environment, "METRICS_PORT", 9464);
  const server = await startServer({ port, registry: metrics.registry, isReady: () => queue.answers() });
  await queue.open();
  log("started", { queue: name });
  await work(queue, task, {
    concurrency: countSetting(environment, "CONCURRENCY", 4),
    maximumDeliveries,
    reclaimMilliseconds,
    drainSeconds: countSetting(environment, "DRAIN_SECONDS", 60),
    signal,
    onEnd(outcome, message, reason) {
      metrics.ended(outcome);
      if (outcome !== "done") log(outcome, { message: message.id, deliveries: message.deliveries, reason });
    },
  });
  await queue.close();
  await task.close();
  server.close();
  log("stopped", { queue: name });
}

function taskOf(environment: Environment): Task {
  const kind = textSetting(environment, "TASK");
  switch (kind) {
    case "model":
      return new ModelTask({
        url: textSetting(environment, "MODEL_URL"),
        apiKey: textSetting(environment, "MODEL_API_KEY"),
        model: textSetting(environment, "MODEL"),
      });
    case "embed":
      return new EmbedTask(ingestSettings(environment));
    default:
      throw new SettingError(`TASK is "${kind}"; must be model or embed`);
  }
}
