import { type MigProfile, migProfiles } from "./mig.ts";
import { type GpuPrice, gpuPrices } from "./prices.ts";

/** Value of the node label `nvidia.com/gpu.family`. */
export type GpuFamily = "volta" | "turing" | "ampere" | "ada-lovelace" | "hopper" | "blackwell";

/** What the platform knows of one GPU: enough to label a node, to check that a model fits, to share it and to say what it costs. */
export interface Gpu {
  /** Value of the node label `nvidia.com/gpu.product`, as GPU feature discovery writes it (NVML's product name, spaces as `-`). */
  product: string;
  /** Total memory of one GPU in MiB: NVML's `memory.total`, which is also the label `nvidia.com/gpu.memory`. */
  memoryMiB: number;
  family: GpuFamily;
  /** CUDA compute capability, `major.minor`. */
  computeCapability: `${number}.${number}`;
  /** Bandwidth to its neighbours over NVLink in GB/s, both directions together; undefined: PCI Express only. */
  nvlinkGBps?: number;
  /** The MIG instances that it can be split into, smallest first; empty: it cannot (label `nvidia.com/mig.capable`). */
  migProfiles: readonly MigProfile[];
  /** Undefined where no price was found; a stack file can give one. */
  price?: GpuPrice;
  /** Where the memory was read; the rest is from the pages named above the table. */
  source: string;
}

/** First compute capability of each family, newest first. */
const families: readonly [from: number, family: GpuFamily][] = [
  [10, "blackwell"],
  [9, "hopper"],
  [8.9, "ada-lovelace"],
  [8, "ampere"],
  [7.5, "turing"],
  [7, "volta"],
];

/**
 * The GPUs a pool may have, by the name that a stack file uses.
 *
 * Compute capability: https://developer.nvidia.com/cuda-gpus. Family names: `getArchFamily` of NVIDIA/k8s-device-plugin
 * (internal/lm). NVLink: NVIDIA's data sheets; a bridge between two cards counts.
 */
export const gpus = {
  T4: gpu("T4", "Tesla-T4", 15360, "7.5"),
  "V100-32GB": gpu("V100-32GB", "Tesla-V100-SXM2-32GB", 32768, "7.0", 300),
  A2: gpu("A2", "NVIDIA-A2", 15356, "8.6"),
  A10: gpu("A10", "NVIDIA-A10", 23028, "8.6"),
  A16: gpu("A16", "NVIDIA-A16", 15356, "8.6"),
  A30: gpu("A30", "NVIDIA-A30", 24576, "8.0", 200),
  A40: gpu("A40", "NVIDIA-A40", 46068, "8.6", 112.5),
  "A100-40GB": gpu("A100-40GB", "NVIDIA-A100-SXM4-40GB", 40960, "8.0", 600),
  "A100-80GB": gpu("A100-80GB", "NVIDIA-A100-SXM4-80GB", 81920, "8.0", 600),
  "RTX-A6000": gpu("RTX-A6000", "NVIDIA-RTX-A6000", 49140, "8.6", 112.5),
  L4: gpu("L4", "NVIDIA-L4", 23034, "8.9"),
  L20: gpu("L20", "NVIDIA-L20", 46068, "8.9"),
  L40S: gpu("L40S", "NVIDIA-L40S", 46068, "8.9"),
  "RTX-4090": gpu("RTX-4090", "NVIDIA-GeForce-RTX-4090", 24564, "8.9"),
  "RTX-6000-Ada": gpu("RTX-6000-Ada", "NVIDIA-RTX-6000-Ada-Generation", 49140, "8.9"),
  H20: gpu("H20", "NVIDIA-H20", 97871, "9.0", 900),
  H100: gpu("H100", "NVIDIA-H100-80GB-HBM3", 81559, "9.0", 900),
  "H100-NVL": gpu("H100-NVL", "NVIDIA-H100-NVL", 95830, "9.0", 600),
  H200: gpu("H200", "NVIDIA-H200", 143771, "9.0", 900),
  GH200: gpu("GH200", "NVIDIA-GH200-480GB", 97871, "9.0", 900),
  "RTX-5090": gpu("RTX-5090", "NVIDIA-GeForce-RTX-5090", 32607, "12.0"),
  "RTX-PRO-6000": gpu("RTX-PRO-6000", "NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", 97887, "12.0"),
  B200: gpu("B200", "NVIDIA-B200", 183359, "10.0", 1800),
} as const satisfies Record<string, Gpu>;

/** Name of a GPU in the catalogue. */
export type GpuName = keyof typeof gpus;

/** Whether `name` is in the catalogue. */
export function isGpuName(name: string): name is GpuName {
  return Object.hasOwn(gpus, name);
}

// One row of the table above: its columns are its parameters.
// oxlint-disable-next-line max-params
function gpu(
  name: string,
  product: string,
  memoryMiB: number,
  computeCapability: Gpu["computeCapability"],
  nvlinkGBps?: number,
): Gpu {
  return {
    product,
    memoryMiB,
    computeCapability,
    family: families.find(([from]) => Number(computeCapability) >= from)?.[1] ?? "volta",
    migProfiles: migProfiles[name] ?? [],
    ...(nvlinkGBps === undefined ? {} : { nvlinkGBps }),
    ...(gpuPrices[name] ? { price: gpuPrices[name] } : {}),
    source: `nvidia-smi of this product: ${memoryMiB}MiB`,
  };
}
