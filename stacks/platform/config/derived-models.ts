import { isModelName, largestAdapterRank } from "@genai/catalog";
import { milliUnits } from "@genai/core";
import { type AdapterArgs, loaderResources, modelResources, pickerResources, replicaShape } from "@genai/services";
import { countOf, entriesOf, type Entry } from "./derived-entries.ts";
import { isMap } from "./is-map.ts";

/** The replicas of a service at its largest. */
export interface Replicas {
  tenant: unknown;
  count: number;
  gpus: number;
  cpu: bigint;
  memory: bigint;
}

/** Replicas that request so much each. */
export function replicasOf(
  tenant: unknown,
  count: number,
  { cpu, memory }: { cpu: string; memory: string },
  gpus = 0,
): Replicas {
  return { tenant, count, gpus, cpu: milliUnits(cpu), memory: milliUnits(memory) };
}

/**
 * What the replicas of a model and the Jobs for its weights request.
 *
 * @param gpusPerNode GPUs of a node of its pool; undefined where that is not known.
 */
export function modelReplicas(entry: Entry, gpusPerNode: number | undefined): Replicas[] {
  const { model, tenant, minReplicas, maxReplicas, weights } = entry;
  if (typeof model !== "string" || !isModelName(model)) return [];
  const onCpu = entry["engine"] === "llamaCpp";
  const engine = onCpu ? ("llamaCpp" as const) : ("vllm" as const);
  const gpusPerReplica = countOf(entry["gpusPerReplica"]);
  const { pods, gpusPerPod } = replicaShape({ engine, gpusPerReplica }, { gpusPerNode });
  const gpus = onCpu ? 0 : gpusPerPod;
  const whole = (key: string) => (entry[key] === undefined ? undefined : countOf(entry[key]));
  const adapters = onCpu ? {} : adaptersOf(entry["adapters"]);
  const { requests } = modelResources({
    model,
    engine,
    gpusPerReplica: gpusPerPod,
    contextLength: whole("contextLength"),
    keyValueOffload: whole("keyValueOffload"),
    adapters,
  });
  const mirror = isMap(weights) && weights["mirror"] === true;
  const mirrored = Object.values(adapters).filter((adapter) => adapter.mirror ?? mirror).length + (mirror ? 1 : 0);
  // The Jobs that fetch what is mirrored, and the one that tidies up after them.
  const loaders = mirrored > 0 ? mirrored + 1 : 0;
  return [
    ...(isMap(entry["inferencePool"]) ? [replicasOf(tenant, 1, pickerResources.requests)] : []),
    replicasOf(tenant, loaders, loaderResources.requests),
    replicasOf(tenant, pods * countOf(maxReplicas ?? minReplicas), requests, gpus),
  ];
}

/** The adapters of an entry as far as they are well-formed: the schema refuses what is not. */
function adaptersOf(section: unknown): Record<string, AdapterArgs> {
  return Object.fromEntries(
    Object.entries(entriesOf(section) ?? {}).flatMap(([name, entry]) => {
      if (!isMap(entry)) return [];
      const { source, rank, mirror } = entry;
      return [
        [
          name,
          {
            source: String(source),
            rank: Math.min(countOf(rank), largestAdapterRank),
            ...(typeof mirror === "boolean" && { mirror }),
          },
        ],
      ];
    }),
  );
}
