/** What the platform knows of one GPU: enough to label a node, to check that a model fits and to choose a data type. */
export interface Gpu {
  /** Value of the node label `nvidia.com/gpu.product`, as GPU feature discovery writes it (NVML's product name, spaces as `-`). */
  product: string;
  /** Total memory of one GPU in MiB: NVML's `memory.total`, which is also the label `nvidia.com/gpu.memory`. */
  memoryMiB: number;
  /** Value of the label `nvidia.com/gpu.family`. */
  family: "volta" | "turing" | "ampere" | "ada-lovelace" | "hopper" | "blackwell";
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
  "V100-32GB": {
    product: "Tesla-V100-SXM2-32GB",
    memoryMiB: 32768,
    family: "volta",
    computeCapability: "7.0",
    migCapable: false,
    source: "nvidia-smi of a Tesla-V100-SXM2-32GB: 32768MiB",
  },
  A2: {
    product: "NVIDIA-A2",
    memoryMiB: 15356,
    family: "ampere",
    computeCapability: "8.6",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-A2: 15356MiB",
  },
  A16: {
    product: "NVIDIA-A16",
    memoryMiB: 15356,
    family: "ampere",
    computeCapability: "8.6",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-A16: 15356MiB",
  },
  A30: {
    product: "NVIDIA-A30",
    memoryMiB: 24576,
    family: "ampere",
    computeCapability: "8.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA-A30: 24576MiB",
  },
  A40: {
    product: "NVIDIA-A40",
    memoryMiB: 46068,
    family: "ampere",
    computeCapability: "8.6",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-A40: 46068MiB",
  },
  "RTX-A6000": {
    product: "NVIDIA-RTX-A6000",
    memoryMiB: 49140,
    family: "ampere",
    computeCapability: "8.6",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-RTX-A6000: 49140MiB",
  },
  L20: {
    product: "NVIDIA-L20",
    memoryMiB: 46068,
    family: "ada-lovelace",
    computeCapability: "8.9",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-L20: 46068MiB",
  },
  "RTX-4090": {
    product: "NVIDIA-GeForce-RTX-4090",
    memoryMiB: 24564,
    family: "ada-lovelace",
    computeCapability: "8.9",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-GeForce-RTX-4090: 24564MiB",
  },
  "RTX-6000-Ada": {
    product: "NVIDIA-RTX-6000-Ada-Generation",
    memoryMiB: 49140,
    family: "ada-lovelace",
    computeCapability: "8.9",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-RTX-6000-Ada-Generation: 49140MiB",
  },
  H20: {
    product: "NVIDIA-H20",
    memoryMiB: 97871,
    family: "hopper",
    computeCapability: "9.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA-H20: 97871MiB",
  },
  "H100-NVL": {
    product: "NVIDIA-H100-NVL",
    memoryMiB: 95830,
    family: "hopper",
    computeCapability: "9.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA-H100-NVL: 95830MiB",
  },
  GH200: {
    product: "NVIDIA-GH200-480GB",
    memoryMiB: 97871,
    family: "hopper",
    computeCapability: "9.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA-GH200-480GB: 97871MiB",
  },
  "RTX-5090": {
    product: "NVIDIA-GeForce-RTX-5090",
    memoryMiB: 32607,
    family: "blackwell",
    computeCapability: "12.0",
    migCapable: false,
    source: "nvidia-smi of an NVIDIA-GeForce-RTX-5090: 32607MiB",
  },
  "RTX-PRO-6000": {
    product: "NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition",
    memoryMiB: 97887,
    family: "blackwell",
    computeCapability: "12.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition: 97887MiB",
  },
  B200: {
    product: "NVIDIA-B200",
    memoryMiB: 183359,
    family: "blackwell",
    computeCapability: "10.0",
    migCapable: true,
    source: "nvidia-smi of an NVIDIA-B200: 183359MiB",
  },
} as const satisfies Record<string, Gpu>;

/** Name of a GPU in the catalogue. */
export type GpuName = keyof typeof gpus;

/** Whether `name` is in the catalogue. */
export function isGpuName(name: string): name is GpuName {
  return Object.hasOwn(gpus, name);
}
