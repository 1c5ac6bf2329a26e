import { type Gpu, type GpuName, gpus } from "./gpus.ts";

/** How the nodes of a pool offer their GPUs to Pods. */
export type PoolSharing =
  /** Whole GPUs. */
  | { mode: "none" }
  /** Pods use a GPU in turns; nothing isolates their memory. */
  | { mode: "timeSlicing"; replicas: number; renameByDefault: boolean; failRequestsGreaterThanOne: boolean }
  /** Pods use a GPU at the same time through NVIDIA's MPS, each with an equal share of its memory and threads. */
  | { mode: "mps"; replicas: number; renameByDefault: boolean }
  /** Every GPU is split into instances of one MIG profile, offered as `nvidia.com/gpu`. */
  | { mode: "migSingle"; profile: string }
  /** Every GPU is split into these instances, each profile a resource of its own. */
  | { mode: "migMixed"; profiles: Readonly<Record<string, number>> };

/** The resource that a whole GPU is. */
export const gpuResource = "nvidia.com/gpu";

/** Instances of each MIG profile that every GPU of a pool is split into; none where it is not. */
export function migInstances(gpu: GpuName, sharing: PoolSharing): Readonly<Record<string, number>> {
  if (sharing.mode === "migMixed") return sharing.profiles;
  if (sharing.mode !== "migSingle") return {};
  return { [sharing.profile]: profileOf(gpu, sharing.profile)?.instances ?? 0 };
}

/** What one node of a pool offers: how many of which resource. */
export function offeredResources(gpu: GpuName, gpusPerNode: number, sharing: PoolSharing): Record<string, number> {
  switch (sharing.mode) {
    case "none":
      return { [gpuResource]: gpusPerNode };
    case "timeSlicing":
    case "mps":
      return { [sharing.renameByDefault ? `${gpuResource}.shared` : gpuResource]: gpusPerNode * sharing.replicas };
    case "migSingle":
      return { [gpuResource]: gpusPerNode * (migInstances(gpu, sharing)[sharing.profile] ?? 0) };
    case "migMixed":
      return Object.fromEntries(
        Object.entries(sharing.profiles).map(([name, count]) => [`nvidia.com/mig-${name}`, gpusPerNode * count]),
      );
  }
}

/** Memory of one `nvidia.com/gpu` of a pool in MiB; with MPS and time-slicing the share that each Pod may take without hurting others. */
export function offeredMemoryMiB(gpu: GpuName, sharing: PoolSharing): number {
  const { memoryMiB } = gpus[gpu];
  if (sharing.mode === "timeSlicing" || sharing.mode === "mps") return Math.floor(memoryMiB / sharing.replicas);
  return sharing.mode === "migSingle" ? (profileOf(gpu, sharing.profile)?.memoryMiB ?? 0) : memoryMiB;
}

/**
 * Why a GPU cannot be shared like this.
 * @returns The rule and the fix; `undefined` if it can.
 */
export function sharingRefusal(gpu: GpuName, sharing: PoolSharing): string | undefined {
  const { migProfiles }: Gpu = gpus[gpu];
  const instances = migInstances(gpu, sharing);
  const names = Object.keys(instances);
  if (names.length === 0) return undefined;
  const known = migProfiles.map(({ name }) => name);
  if (known.length === 0) return `${gpu} cannot be split by MIG; GPUs that can are those with a profile in: genai gpus`;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) return `"${unknown}" is no MIG profile of ${gpu}; it has ${known.join(", ")}`;
  const whole = slicesOf(gpu, known.at(-1) ?? "");
  const taken = names.map((name) => ({ count: instances[name] ?? 0, ...slicesOf(gpu, name) }));
  for (const part of ["compute", "memory"] as const) {
    const sum = taken.reduce((total, slices) => total + slices.count * slices[part], 0);
    if (sum > whole[part])
      return `these instances take ${sum} slices of ${part}, and ${gpu} has ${whole[part]}; leave some out`;
  }
  return undefined;
}

function profileOf(gpu: GpuName, name: string) {
  const { migProfiles }: Gpu = gpus[gpu];
  return migProfiles.find((profile) => profile.name === name);
}

/**
 * What an instance takes of a GPU: slices of compute, the first figure of the profile's name, and eighths of the memory (NVIDIA's MIG
 * user guide, "MIG device names"). Necessary, not sufficient: MIG also has fixed places for instances.
 */
function slicesOf(gpu: GpuName, name: string) {
  const memoryMiB = profileOf(gpu, name)?.memoryMiB ?? 0;
  return { compute: Number.parseInt(name, 10), memory: Math.ceil((8 * memoryMiB) / gpus[gpu].memoryMiB) };
}
