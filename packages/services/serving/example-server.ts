import type { InferenceServerArgs } from "./inference-server-args.ts";

/** A server for tests: one that nothing is wrong with. */
export const exampleServer: InferenceServerArgs = {
  model: "Qwen/Qwen3-8B",
  tenant: "research",
  namespace: "tenant-research",
  pool: { name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 2, taints: [] },
  contextLength: 16_384,
  apiKey: "not-a-real-key",
  freeGpus: 1,
};
