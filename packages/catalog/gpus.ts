/** What the platform knows of one GPU: enough to label a node, to check that a model fits and to choose a data type. */
export interface Gpu {
  /** Value of the node label `nvidia.com/gpu.product`, as GPU feature discovery writes it (NVML's product name, spaces as `-`). */
  product: string;
  /** Total memory of one GPU in MiB: NVML's `memory.total`, which is also the label `nvidia.com/gpu.memory`. */
  memoryMiB: number;
  /** Value of the label `nvidia.com/gpu.family`. */
  family: "turing" | "ampere" | "ada-lovelace" | "hopper";
  /** CUDA compute capability, `major.minor`. */
  computeCapability: `${number}.${number}`;
  /** Whether it can be split into MIG instances (label `nvidia.com/mig.capable`). */
  migCapable: boolean;
  /** Where the memory was read; capability and MIG support are from NVIDIA's pages named above the table. */
  source: string;
}

/**
 * The GPUs a pool may have, by the name that a stack file uses.
 *
 * Compute capability: https://developer.nvidia.com/cuda-gpus. Family names: `getArchFamily` of NVIDIA/k8s-device-plugin
 * (internal/lm). MIG support: https://docs.nvidia.com/datacenter/tesla/mig-user-guide/ ("Supported GPUs").
 */
export const gpus = {
  T4: {
    product: "Tesla-T4",
    memoryMiB: 15360,
    family: "turing",
    computeCapability: "7.5",
    migCapable: false,
    source: "nvidia-smi of a Tesla T4: 15360MiB",
  },
  L4: {
    product: "NVIDIA-L4",
    memoryMiB: 23034,
    family: "ada-lovelace",
    computeCapability: "8.9",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA L4: 23034MiB",
  },
  A10: {
    product: "NVIDIA-A10",
    memoryMiB: 23028,
    family: "ampere",
    computeCapability: "8.6",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA A10: 23028MiB",
  },
  L40S: {
    product: "NVIDIA-L40S",
    memoryMiB: 46068,
    family: "ada-lovelace",
    computeCapability: "8.9",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA L40S: 46068MiB",
  },
  "A100-40GB": {
    product: "NVIDIA-A100-SXM4-40GB",
    memoryMiB: 40960,
    family: "ampere",
    computeCapability: "8.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA A100-SXM4-40GB: 40960MiB",
  },
  "A100-80GB": {
    product: "NVIDIA-A100-SXM4-80GB",
    memoryMiB: 81920,
    family: "ampere",
    computeCapability: "8.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA A100-SXM4-80GB: 81920MiB",
  },
  H100: {
    product: "NVIDIA-H100-80GB-HBM3",
    memoryMiB: 81559,
    family: "hopper",
    computeCapability: "9.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA H100 80GB HBM3: 81559MiB",
  },
  H200: {
    product: "NVIDIA-H200",
    memoryMiB: 143771,
    family: "hopper",
    computeCapability: "9.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA H200: 143771MiB",
  },
} as const satisfies Record<string, Gpu>;

/** Name of a GPU in the catalogue. */
export type GpuName = keyof typeof gpus;

/** Whether `name` is in the catalogue. */
export function isGpuName(name: string): name is GpuName {
  return Object.hasOwn(gpus, name);
}
