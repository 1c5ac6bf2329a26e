import type { EngineProgram } from "./engine.ts";
import { llamaCppProgram } from "./llama-cpp.ts";
import type { withDefaults } from "./settings.ts";
import { sglangProgram } from "./sglang.ts";
import { vllmProgram } from "./vllm.ts";

const programs = { vllm: vllmProgram, sglang: sglangProgram, llamaCpp: llamaCppProgram };

/** What the engine of a server brings into its Pod. */
export function engineProgram(settings: ReturnType<typeof withDefaults>): EngineProgram {
  return programs[settings.engine](settings);
}
