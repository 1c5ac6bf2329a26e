import { buildImage } from "../images/ensure.ts";
import { type ContainerdClient, importImage, storedImages } from "../images/containerd.ts";
import { ensureImages, type ImageReport } from "../images/index.ts";
import type { ImageRecipe } from "../images/recipe.ts";
import { storedName } from "../images/reference.ts";
import type { BuildOptions } from "../images/layers.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { ownTool } from "../toolchain/tools.ts";
import { pauseImage } from "./configuration.ts";
import { initProcessId } from "./namespaces.ts";
import { renewMisplacedPods } from "./objects.ts";
import { insidePaths } from "./paths.ts";
import { applyPodPolicy } from "./pod-policy.ts";

/** An image of one program of this project. */
export function programImage(name: string): ImageRecipe {
  const programs = { [`/${name}`]: ownTool(name, "programs") };
  return { layers: [{ kind: "programs", name, programs }], settings: { Entrypoint: [`/${name}`] } };
}

/** The way from the host to the node's containerd. @param pid The node's init process. */
export function containerdOf(pid: number, ctr: string): ContainerdClient {
  return { ctr, socket: `/proc/${pid}/root${insidePaths.containerdSocket}` };
}

/** Loads an image that is built here, unless containerd has it. */
export async function loadImage(
  recipe: ImageRecipe,
  reference: string,
  options: ContainerdClient & BuildOptions,
): Promise<void> {
  const image = await buildImage(recipe, options);
  const stored = await storedImages(options);
  if (stored.get(storedName(reference)) !== image.digest) await importImage(image, reference, options);
}

/** Loads the image without which containerd starts no Pod. */
export async function loadPauseImage(options: ContainerdClient & BuildOptions): Promise<void> {
  await loadImage(programImage("pause"), pauseImage, options);
}

/**
 * Gets the images that a stack deploys onto the real node of the cluster in `directory`, and sends the Pods of those that it has there.
 * @returns A report for each reference; none where the cluster has no real node.
 */
export async function provideImages(
  references: readonly string[],
  options: { directory: string; kubeconfig: string; ctr: string; absentSecrets?: readonly string[] } & BuildOptions,
): Promise<ImageReport[]> {
  const pid = await initProcessId(options.directory);
  if (!pid) return [];
  const reports = await ensureImages(references, { ...containerdOf(pid, options.ctr), ...options });
  const client = KubernetesClient.fromKubeconfig(options.kubeconfig);
  try {
    const available = reports.filter(({ obtained }) => obtained !== "unavailable").map(({ reference }) => reference);
    const pods = { images: available, absentSecrets: options.absentSecrets };
    await applyPodPolicy(client, pods);
    await renewMisplacedPods(client, pods);
  } finally {
    client.close();
  }
  return reports;
}
