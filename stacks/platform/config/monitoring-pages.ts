import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MonitoringAddonConfigurations } from "@genai/addons";
import { type JsonSchema, stackFileSchema } from "./json-schema.ts";
import { configurationTable } from "./reference.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "addons");

/** The page of each monitoring add-on, by its key under `genai:addons`. */
const pages: Readonly<Record<keyof MonitoringAddonConfigurations, string>> = {
  prometheus: "prometheus.md",
  alertmanager: "alertmanager.md",
  kubeStateMetrics: "kube-state-metrics.md",
  nodeExporter: "node-exporter.md",
  prometheusAdapter: "prometheus-adapter.md",
  grafana: "grafana.md",
};

const [start, end] = ["<!-- configuration: generated -->", "<!-- /configuration -->"];

/** The pages of monitoring, with their tables as the schema has them; the rest of a page is written by hand. */
export function monitoringPages(): { path: string; text: string }[] {
  const config = stackFileSchema().properties?.["config"]?.properties ?? {};
  const addons = Object.entries(pages).map(([key, page]) => [page, `genai:addons.${key}`] as const);
  const schemaOf = (place: string): JsonSchema =>
    place.startsWith("genai:addons.")
      ? (config["genai:addons"]?.properties?.[place.slice("genai:addons.".length)] ?? {})
      : (config[place] ?? {});
  return [["monitoring.md", "genai:monitoring"] as const, ...addons].map(([page, place]) => {
    const path = join(folder, page);
    const text = readFileSync(path, "utf8");
    if (!text.includes(start) || !text.includes(end)) throw new Error(`${page} has no ${start} … ${end}`);
    const [before, after] = [text.slice(0, text.indexOf(start) + start.length), text.slice(text.indexOf(end))];
    return { path, text: `${before}\n\n${configurationTable(place, schemaOf(place))}\n\n${after}` };
  });
}
