import { join } from "node:path";
import { parallelOperations } from "../pulumi.ts";
import { root } from "../workspace.ts";

/** Runs the CrossGuard pack with a preview or an update. */
export const withPolicy = ["--policy-pack", join(root, "packages", "policy")];

/** The arguments that every engine operation starts with. */
export function operation(name: "up" | "preview" | "refresh" | "destroy", stack: string, configFile: string): string[] {
  return [name, "--stack", stack, "--config-file", configFile, "--parallel", String(parallelOperations)];
}
