import pLimit from "p-limit";
import { answers } from "../toolchain/download.ts";
import { composeImage, type BuiltImage } from "./archive.ts";
import { type ContainerdClient, importImage, pullImage, storedImages } from "./containerd.ts";
import { type BuildOptions, ensureLayer } from "./layers.ts";
import type { ImageRecipe } from "./recipe.ts";
import { parseReference, storedName } from "./reference.ts";
import type { Workload } from "./row.ts";
import { difference, imageRow } from "./table.ts";

/** What became of an image that the program deploys. */
export interface ImageReport {
  /** As the program names it. */
  reference: string;
  /** `unavailable`: containerd does not have it, and its Pods belong on simulated nodes. */
  obtained: "pulled" | "built" | "stand-in" | "unavailable";
  /** What its Pods are: what they run is the image's program, another in its place, or nothing. */
  workload: Workload;
  /** Where it came from, or why it is not there. */
  from: string;
  /** In what it differs from the published image, as a sentence. @default in nothing */
  differs?: string;
  /** Of its file system, where it was built here. */
  bytes?: number;
}

/** What loading images needs. */
export interface EnsureOptions extends ContainerdClient, BuildOptions {
  /** Whether registries are asked at all. @default true */
  pull?: boolean;
}

/** Images loaded at once: containerd unpacks each with one core. */
const concurrency = 2;

/**
 * Sees to it that containerd has these images under the very references that the program deploys: there already, pulled, or built here
 * and loaded. Nothing is built that is not asked for.
 * @returns One report per reference, in their order; an image that cannot be had is reported and does not fail the others.
 */
export async function ensureImages(references: readonly string[], options: EnsureOptions): Promise<ImageReport[]> {
  const stored = await storedImages(options);
  const limit = pLimit(concurrency);
  return Promise.all(references.map((reference) => limit(() => ensureImage(reference, stored, options))));
}

async function ensureImage(
  reference: string,
  stored: ReadonlyMap<string, string>,
  options: EnsureOptions,
): Promise<ImageReport> {
  options.signal?.throwIfAborted();
  const row = imageRow(reference);
  const { registry } = parseReference(reference);
  const pulled: ImageReport = { reference, obtained: "pulled", workload: "real", from: registry };
  const unavailable = (from: string): ImageReport => {
    return { reference, obtained: "unavailable", workload: "simulated", from, differs: row?.differs };
  };
  const has = stored.get(storedName(reference));
  if (!row?.recipe && has) return pulled;
  if ((options.pull ?? true) && (row?.pulled ?? true) && (await pull(reference, registry, options))) return pulled;
  if (!row) return unavailable(`${registry} cannot be reached, and the sandbox does not know how to build this image`);
  if (!row.recipe) return unavailable(row.from);
  try {
    const image = await buildImage(row.recipe, options);
    if (has !== image.digest) await importImage(image, reference, options);
    return {
      reference,
      obtained: row.workload === "stand-in" ? "stand-in" : "built",
      workload: row.workload,
      from: row.from,
      differs: difference(row, reference),
      bytes: image.size,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    return unavailable(error instanceof Error ? error.message : String(error));
  }
}

/** Builds an image, or takes its layers from the cache. */
export async function buildImage({ layers, settings }: ImageRecipe, options: BuildOptions = {}): Promise<BuiltImage> {
  const built = [];
  for (const layer of layers) built.push(await ensureLayer(layer, options));
  return composeImage(settings, built);
}

/** Pulls an image where its registry answers. One that does not is asked once an hour. */
async function pull(reference: string, registry: string, options: EnsureOptions): Promise<boolean> {
  if (!(await answers(`https://${registry}/`, options.signal))) return false;
  try {
    options.onProgress?.(`pulling ${reference}`);
    await pullImage(reference, options);
    return true;
  } catch (error) {
    options.signal?.throwIfAborted();
    options.onProgress?.(`${reference} is built instead: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}
