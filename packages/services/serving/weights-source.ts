import { defaultWeightsBandwidth, type ModelName, models } from "@genai/catalog";
import { contentName } from "@genai/core";
import type { WeightsArgs } from "./server-args.ts";

/** Where weights come from. */
export type WeightsSource =
  /** A repository of Hugging Face's hub. */
  | { kind: "hub"; repository: string; revision?: string }
  /** Objects of an S3 bucket below a prefix. */
  | { kind: "bucket"; bucket: string; prefix: string }
  /** A directory of a volume that somebody else fills. */
  | { kind: "claim"; claim: string; path: string }
  /** An image whose files are mounted as a volume. */
  | { kind: "image"; reference: string };

const forms: readonly [form: RegExp, read: (parts: Readonly<Record<string, string>>) => WeightsSource][] = [
  [
    /^hf:\/\/(?<repository>[\w.-]+\/[\w.-]+)(@(?<revision>[\w./-]+))?$/,
    ({ repository = "", revision }) => ({ kind: "hub", repository, ...(revision && { revision }) }),
  ],
  [
    /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(?<prefix>[\w./=-]*[\w=-])$/,
    ({ bucket = "", prefix = "" }) => ({ kind: "bucket", bucket, prefix }),
  ],
  [
    /^pvc:\/\/(?<claim>[a-z0-9]([-a-z0-9]*[a-z0-9])?)\/(?<path>(?!(.*\/)?\.\.(\/|$))[\w.-][\w./-]*)$/,
    ({ claim = "", path = "" }) => ({ kind: "claim", claim, path }),
  ],
  [
    /^oci:\/\/(?<reference>[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64}))$/,
    ({ reference = "" }) => ({ kind: "image", reference }),
  ],
];

/** The forms that a source may have, in words. */
export const weightsSourceRule =
  "hf://organisation/model@revision, s3://bucket/prefix, pvc://claim/path or oci://registry/image:tag";

/** A pattern that every source matches. */
export const weightsSourceForm = new RegExp(forms.map(([{ source }]) => source.replaceAll(/\?<\w+>/g, "")).join("|"));

/** Reads a source; undefined if it has none of the forms. */
export function parseWeightsSource(text: string): WeightsSource | undefined {
  for (const [form, read] of forms) {
    const match = form.exec(text);
    if (match) return read(match.groups ?? {});
  }
  return undefined;
}

/**
 * Rate at which weights are read from a volume of the cluster, in bytes per second, where nothing is said: a network file system on
 * 2.5 Gbit/s, with a fifth to spare (estimate; managed ones promise more).
 */
export const defaultVolumeBandwidth = 250e6;

/** Where a server finds its weights, and what follows from that. */
export interface WeightsPlan {
  source: WeightsSource;
  /** Revision of the hub's repository. */
  revision?: string;
  /** Directory of them in the tenant's cache; undefined where they are not mirrored. */
  cacheKey?: string;
  /** Whether the server reads a volume and needs no network for its weights. */
  local: boolean;
  /** Bytes per second at which the server reads them. */
  bandwidth: number;
}

/** Where the weights of a model come from, with every default filled in. @param repository Where the hub has them. @default the model's own */
export function weightsPlan(model: ModelName, weights: WeightsArgs, repository: string = model): WeightsPlan {
  const source = (weights.source === undefined ? undefined : parseWeightsSource(weights.source)) ?? {
    kind: "hub",
    repository,
  };
  const own = source.kind === "hub" && source.repository === model ? models[model].revision : undefined;
  const revision = source.kind === "hub" ? (source.revision ?? weights.revision ?? own) : undefined;
  const local = source.kind === "claim" || source.kind === "image" || weights.mirror === true;
  return {
    source,
    ...(revision && { revision }),
    ...(weights.mirror && { cacheKey: cacheKey(source, revision) }),
    local,
    bandwidth: local
      ? (weights.volumeBandwidth ?? defaultVolumeBandwidth)
      : (weights.bandwidth ?? defaultWeightsBandwidth),
  };
}

/** One directory for each source and revision, named after both, so that a new revision never overwrites what a server reads. */
function cacheKey(source: WeightsSource, revision = ""): string {
  const last = source.kind === "hub" ? source.repository : source.kind === "bucket" ? source.prefix : "weights";
  const readable = (last.split("/").at(-1) ?? "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return contentName(readable.slice(0, 40).replaceAll(/^-+|-+$/g, ""), { source: JSON.stringify(source), revision });
}
