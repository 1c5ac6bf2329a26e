import { ownTool, type Tool } from "./tools.ts";

/** Programs that run in images of the sandbox only, in place of a published image's. */
export const imageTools = {
  /** A server with vLLM's interface and metrics that simulates its latencies. */
  simulator: {
    name: "llm-d-inference-sim",
    version: "0.10.2",
    module: "llm-d-inference-sim",
    package: "github.com/llm-d/llm-d-inference-sim/cmd/llm-d-inference-sim",
    linkerFlags: "",
    // It cannot say its version.
    versionArguments: [],
    notOnPath: true,
  },
  /** Reads vLLM's command line, refuses what vLLM refuses and runs the simulator. */
  vllm: ownTool("vllm", "vllm"),
} as const satisfies Record<string, Tool<string>>;
