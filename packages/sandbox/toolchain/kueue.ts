import { moduleFiles } from "./module-files.ts";
import { type ResolvedTool, type ResolveOptions, resolveTools } from "./resolve.ts";
import type { Tool } from "./tools.ts";

const kueueModule = "sigs.k8s.io/kueue";

/** Kueue's controller; only tests run it. */
export const kueueTool: Tool<"kueue"> = {
  name: "kueue",
  version: "0.17.0",
  module: "kueue",
  package: `${kueueModule}/cmd/kueue`,
  linkerFlags: "-X sigs.k8s.io/kueue/pkg/version.GitVersion=v0.17.0",
  // It cannot say its version.
  versionArguments: [],
  notOnPath: true,
};

/**
 * Gets Kueue's controller, and the folder of its module, in which its CRDs and webhooks are.
 * @throws {ToolchainError} If it can be had nowhere.
 */
export async function resolveKueue(
  options: Omit<ResolveOptions, "tools"> = {},
): Promise<{ controller: ResolvedTool; files: string }> {
  const { kueue: controller } = await resolveTools([kueueTool], options);
  return { controller, files: await moduleFiles(kueueModule, kueueTool.module) };
}
