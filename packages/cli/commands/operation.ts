import { join } from "node:path";
import { parallelOperations } from "../pulumi.ts";
import { loadStackConfig } from "../stack-config.ts";
import { root } from "../workspace.ts";

/** Runs the CrossGuard pack with a preview or an update, as strictly as the stack file says. */
export function withPolicy(stack: string): string[] {
  const pack = join(root, "packages", "policy");
  const { level } = loadStackConfig(stack).policy;
  const advisory = level === "advisory" ? ["--policy-pack-config", join(pack, "advisory.json")] : [];
  return ["--policy-pack", pack, ...advisory];
}

/** The arguments that every engine operation starts with. */
export function operation(name: "up" | "preview" | "refresh" | "destroy", stack: string, configFile: string): string[] {
  return [name, "--stack", stack, "--config-file", configFile, "--parallel", String(parallelOperations)];
}
