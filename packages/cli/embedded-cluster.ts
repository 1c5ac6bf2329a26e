import { type PlatformConfig, poolSharing } from "@genai/platform";
import {
  type Cluster,
  type ImageReport,
  provideImages,
  realNodeParts,
  type ResolvedTool,
  startCluster,
  type ToolName,
} from "@genai/sandbox";
import { exitCodes, UserError } from "./errors.ts";
import { absentSecrets, deployedImages } from "./images.ts";
import { renderStack } from "./render.ts";
import type { StackPaths } from "./workspace.ts";

/** An embedded cluster that runs, and what it is made of. */
export interface EmbeddedCluster {
  cluster: Cluster;
  /** Path of containerd's client program; undefined where there is no real node. */
  ctr?: string;
  /** Why there is no real node, as a sentence. */
  simulatedBecause?: string;
}

interface StartOptions {
  config: PlatformConfig;
  paths: StackPaths;
  tools: Record<ToolName, ResolvedTool>;
  signal: AbortSignal;
  onProgress(message: string): void;
}

/** What images are got for. */
interface ImageOptions extends EmbeddedCluster {
  stack: string;
  config: PlatformConfig;
  paths: StackPaths;
}

/**
 * Starts the embedded cluster of a stack, with a real node where the stack file wants one and the machine can run it.
 * @throws {UserError} If the stack file insists on a real node, and there can be none.
 */
export async function startEmbeddedCluster(options: StartOptions): Promise<EmbeddedCluster> {
  const { config, paths, tools, signal, onProgress } = options;
  const rest = { tools, signal, onProgress };
  const { realNode } = config.sandbox;
  const parts = realNode === false ? { missing: "the stack file turns it off." } : await realNodeParts(rest);
  const base = {
    ...rest,
    directory: paths.cluster,
    name: paths.clusterName,
    pools: config.cluster.pools.map((pool) => ({ ...pool, sharing: poolSharing(pool, config.addons) })),
  };
  if (!("missing" in parts)) {
    const cluster = await startCluster({ ...base, realNode: parts, realNodeRequired: realNode === true });
    return cluster.nodeFailure
      ? { cluster, simulatedBecause: cluster.nodeFailure }
      : { cluster, ctr: parts.tools.ctr.path };
  }
  if (realNode === true) {
    const fix = "Set genai:sandbox.realNode to auto to go on with simulated nodes.";
    throw new UserError(`There can be no real node: ${parts.missing} ${fix}`, exitCodes.environment);
  }
  return { cluster: await startCluster(base), simulatedBecause: parts.missing };
}

/** Gets the images of all Pods of a stack onto the real node. Nothing happens where there is none. */
export async function provideStackImages(
  { stack, config, paths, cluster, ctr }: ImageOptions,
  progress: Pick<StartOptions, "signal" | "onProgress">,
): Promise<ImageReport[]> {
  if (!ctr) return [];
  const objects = await renderStack(config, stack);
  const node = { directory: paths.cluster, kubeconfig: cluster.kubeconfig, ctr };
  return provideImages(deployedImages(objects), { ...node, absentSecrets: absentSecrets(objects), ...progress });
}
