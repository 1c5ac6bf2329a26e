import type { NodeToolName } from "../toolchain/node-tools.ts";
import type { SystemProgram } from "./system-programs.ts";

/** What a real node is made of. */
export interface RealNodeParts {
  tools: Record<NodeToolName, { path: string }>;
  /** The programs of the distribution. */
  programs: Record<SystemProgram, string>;
}
