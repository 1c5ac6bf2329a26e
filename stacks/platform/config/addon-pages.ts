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
import { gpuPoolsOf } from "./check-addons.ts";
import { type JsonSchema, stackFileSchema } from "./json-schema.ts";
import { readStackFile } from "./read.ts";
import { configurationTable, markdownTable } from "./reference.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "addons");

/** The pages of the add-ons, each with its tables as schema and objects have them; the rest of a page is written by hand. */
export function addonPages(): { path: string; text: string }[] {
  return (Object.keys(addons) as AddonKey[]).map((key) => {
    const path = join(folder, `${addonName(key)}.md`);
    return {
      path,
      text: withBlock(withBlock(readFileSync(path, "utf8"), "configuration", configuration(key)), "cost", cost(key)),
    };
  });
}

/** Replaces what stands between two marks of a page. */
function withBlock(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: generated -->`, `<!-- /${name} -->`];
  if (!page.includes(start) || !page.includes(end)) throw new Error(`an add-on's page has no ${start} … ${end}`);
  return `${page.slice(0, page.indexOf(start) + start.length)}\n\n${text}\n\n${page.slice(page.indexOf(end))}`;
}

function configuration(key: AddonKey): string {
  const all: JsonSchema | undefined = stackFileSchema().properties?.["config"]?.properties?.["genai:addons"];
  return configurationTable(`genai:addons.${key}`, all?.properties?.[key] ?? {});
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
  const objects = Object.values(objectsOf(key, configurations, context)) as (Workload | undefined)[];
  const rows = objects
    .filter((object) => object !== undefined)
    .filter(({ kind }) => kind === "Deployment" || kind === "DaemonSet")
    .map(({ kind, metadata, spec }) => {
      const all = spec.template.spec.containers.map(({ resources }) => resources);
      const replicas = objectsOf(key, configurations, { ...context, highAvailability: true });
      const many = (Object.values(replicas) as (Workload | undefined)[]).find(
        (other) => other?.kind === kind && other.metadata.name === metadata.name,
      )?.spec.replicas;
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
