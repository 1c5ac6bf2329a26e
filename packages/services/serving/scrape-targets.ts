import { engines } from "@genai/catalog";
import { type ScrapeTarget, selectorLabels } from "@genai/core";
import type { EngineChoice } from "./engine.ts";
import { httpPortName } from "./probes.ts";

/** The metrics of a model server; none of llama.cpp, which asks for the API key at its metrics too. */
export function serverScrapeTargets(name: string, engine: EngineChoice, namespace: string): ScrapeTarget[] {
  if (engine === "llamaCpp") return [];
  return [
    {
      job: engine,
      source: engine,
      namespace,
      selector: selectorLabels({ application: engine, instance: name }),
      port: httpPortName,
      path: engines[engine].metricsPath,
    },
  ];
}
