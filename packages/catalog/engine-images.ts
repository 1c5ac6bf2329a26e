import { engines } from "./engines.ts";
import type { Gpu, GpuFamily } from "./gpus.ts";
import { images } from "./images.ts";

/** The vLLM image for a GPU: CUDA 13 ended support of Volta, for which the project builds against CUDA 12.9. */
export function vllmImage({ family }: { family: GpuFamily }): string {
  return family === "volta" ? `${images.vllm}-cu129` : images.vllm;
}

/** Tag prefixes of TEI's images by compute capability: each is compiled for one (TEI's README, "Docker images"). */
const teiPrefixes: Readonly<Record<Gpu["computeCapability"], string>> = {
  "7.5": "turing-",
  "8.0": "",
  "8.6": "86-",
  "8.9": "89-",
  "9.0": "hopper-",
  "10.0": "100-",
  "12.0": "120-",
};

/**
 * The TEI image for a GPU, or for CPU where none is given.
 * @returns `undefined` for a GPU that TEI has no image for: Volta.
 */
export function teiImage(gpu?: Pick<Gpu, "computeCapability">): string | undefined {
  const prefix = gpu ? teiPrefixes[gpu.computeCapability] : "cpu-";
  return prefix === undefined ? undefined : `${images.tei}:${prefix}${engines.tei.version}`;
}
