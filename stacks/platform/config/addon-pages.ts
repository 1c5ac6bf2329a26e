import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  addonArgs,
  addonName,
  type AddonConfigurations,
  type AddonContext,
  type AddonKey,
  addons,
} from "@genai/addons";
import { milliUnits } from "@genai/core";
import { monitoringAddonSchemas } from "./addons/monitoring.ts";
import { gpuPoolsOf } from "./check-addons.ts";
import { type JsonSchema, stackFileSchema } from "./json-schema.ts";
import { readStackFile } from "./read.ts";
import { configurationTable, markdownTable } from "./reference.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "addons");

interface Page {
  path: string;
  text: string;
}

/** The pages of the add-ons, each with its tables as schema and objects have them; the rest of a page is written by hand. */
export function addonPages(): Page[] {
  const sections = stackFileSchema().properties?.["config"]?.properties ?? {};
  const keys = sections["genai:addons"]?.properties ?? {};
  const ofAddon = (key: AddonKey | keyof typeof monitoringAddonSchemas) =>
    page(addonName(key), `genai:addons.${key}`, keys[key]);
  return [
    page("monitoring", "genai:monitoring", sections["genai:monitoring"]),
    ...(Object.keys(monitoringAddonSchemas) as (keyof typeof monitoringAddonSchemas)[]).map(ofAddon),
    ...(Object.keys(addons) as AddonKey[]).map((key) => {
      const { path, text } = ofAddon(key);
      return { path, text: withBlock(text, "cost", cost(key)) };
    }),
  ];
}

/** A page with the table of what the stack file says at a place. */
function page(name: string, place: string, schema: JsonSchema = {}): Page {
  const path = join(folder, `${name}.md`);
  return { path, text: withBlock(readFileSync(path, "utf8"), "configuration", configurationTable(place, schema)) };
}

/** Replaces what stands between two marks of a page. */
function withBlock(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: generated -->`, `<!-- /${name} -->`];
  if (!page.includes(start) || !page.includes(end)) throw new Error(`an add-on's page has no ${start} … ${end}`);
  return `${page.slice(0, page.indexOf(start) + start.length)}\n\n${text}\n\n${page.slice(page.indexOf(end))}`;
}

interface Workload {
  kind: string;
  metadata: { name: string };
  spec: { replicas?: number; template: { spec: { containers: { resources: Resources }[] } } };
}
interface Resources {
  requests: { cpu: string; memory: string };
  limits: { memory: string };
}

/** What an add-on's Pods request, and may use of memory, on nodes of eight GPUs. */
function cost(key: AddonKey): string {
  const { addons: configurations, context } = example();
  const render = (highAvailability: boolean) =>
    Object.values(objectsOf(key, configurations, { ...context, highAvailability })) as (Workload | undefined)[];
  const replicated = render(true);
  const rows = render(false)
    .filter((object) => object !== undefined)
    .filter(({ kind }) => kind === "Deployment" || kind === "DaemonSet")
    .map(({ kind, metadata, spec }) => {
      const all = spec.template.spec.containers.map(({ resources }) => resources);
      const many = replicated.find((other) => other?.kind === kind && other.metadata.name === metadata.name)?.spec
        .replicas;
      const pods =
        kind === "DaemonSet"
          ? "one on each of its nodes"
          : `${spec.replicas}${many === spec.replicas ? "" : `, ${many} if highly available`}`;
      const sum = (quantities: string[]) => quantities.reduce((total, quantity) => total + milliUnits(quantity), 0n);
      const mebibytes = (milliBytes: bigint) => `${milliBytes / 1000n / 2n ** 20n} MiB`;
      return [
        `\`${metadata.name}\``,
        pods,
        `${Number(sum(all.map(({ requests }) => requests.cpu))) / 1000}`,
        mebibytes(sum(all.map(({ requests }) => requests.memory))),
        mebibytes(sum(all.map(({ limits }) => limits.memory))),
      ];
    });
  return markdownTable(["workload", "Pods", "CPUs each", "memory each", "at most"], rows);
}

function objectsOf<Key extends AddonKey>(key: Key, configurations: AddonConfigurations, context: AddonContext) {
  return addons[key].objects(addonName(key), addonArgs(key, configurations, context));
}

/** Defaults on a cluster of nodes with eight GPUs. */
function example() {
  const pool = "{ name: h100, gpu: H100, gpusPerNode: 8, nodes: 1, cpu: 192, memory: 2Ti }";
  const { config } = readStackFile(`config: { genai:version: 2, genai:cluster: { pools: [${pool}] } }`);
  if (!config) throw new Error("the example's stack file is refused");
  const context: AddonContext = {
    namespace: "genai-addons",
    gpuPools: gpuPoolsOf(config.cluster),
    runtimeClass: "create",
  };
  return { addons: config.addons, context };
}
