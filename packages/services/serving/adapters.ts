import { adapterFileBytes, adapterSlots, models, startupMargin } from "@genai/catalog";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { weightsPlan, type WeightsPlan } from "./weights-source.ts";

/** A LoRA adapter: what was trained on top of a server's model. Clients ask for it by its name, as for a model. */
export interface AdapterArgs {
  /** `hf://organisation/adapter@revision`, `s3://bucket/prefix`, `pvc://claim/path` or `oci://image:tag`. */
  source: string;
  /** `r` of its `adapter_config.json`. All adapters of a server get room for the largest. */
  rank: number;
  /** Download it once into the volume of the tenant. @default as `weights.mirror` */
  mirror?: boolean;
}

/** What of a server its adapters follow from. */
export type AdaptedServer = Pick<InferenceServerArgs, "model" | "engine" | "weights" | "adapters">;

/** An adapter with what follows from its source. */
export interface AdapterPlan {
  name: string;
  plan: WeightsPlan;
  /** Size of its file at most, in bytes. */
  bytes: number;
}

/** Where a server sees the adapters that volumes have. */
const adaptersDirectory = "/models/adapters";

/** The adapters of a server, and where each comes from. Of the settings of the weights they share rates, token and credentials. */
export function adapterPlans({ model, weights = {}, adapters = {} }: AdaptedServer): AdapterPlan[] {
  return Object.entries(adapters).map(([name, { source, rank, mirror = weights.mirror }]) => ({
    name,
    plan: weightsPlan(model, { ...weights, revision: undefined, source, mirror }),
    bytes: adapterFileBytes(models[model], rank),
  }));
}

/** Room for the adapters on a server's GPUs: one slot for each, so that no request waits for another's adapter to leave. */
export function slotsOf({ adapters = {} }: Pick<AdaptedServer, "adapters">) {
  return adapterSlots(Object.values(adapters).map(({ rank }) => rank));
}

/** Where the engine finds an adapter. @param home Where those are that a Pod downloads itself. */
export function adapterLocation({ name, plan }: Pick<AdapterPlan, "name" | "plan">, home: string): string {
  return plan.local ? `${adaptersDirectory}/${name}` : `${home}/adapters/${name}`;
}

/** Bytes of the adapters that a Pod downloads before its engine starts. */
export function downloadedAdapterBytes(server: AdaptedServer): number {
  return sum(adapterPlans(server).filter(({ plan }) => !plan.local));
}

/** Seconds that it may take until the adapters are there: before the engine starts, and while it does, from volumes. */
export function adapterSeconds(server: AdaptedServer): { download: number; read: number } {
  const seconds = (local: boolean) =>
    adapterPlans(server)
      .filter(({ plan }) => plan.local === local)
      .reduce((total, { plan, bytes }) => total + (bytes / plan.bandwidth) * startupMargin, 0);
  return { download: Math.ceil(seconds(false)), read: Math.ceil(seconds(true)) };
}

/** Bytes of the node's memory in which each of the engine's processes keeps all adapters, in 16 bits. */
export function registeredAdapterBytes(server: AdaptedServer): number {
  return sum(adapterPlans(server)) / 2;
}

/** Names by which clients ask a server: its own, and those of its adapters. */
export function servedNames(name: string, { adapters = {} }: Pick<AdaptedServer, "adapters">): string[] {
  return [name, ...Object.keys(adapters)];
}

function sum(plans: readonly AdapterPlan[]): number {
  return plans.reduce((total, { bytes }) => total + bytes, 0);
}
