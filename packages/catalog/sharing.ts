import { engines } from "./engines.ts";
import { type Gpu, type GpuName, gpus } from "./gpus.ts";
import type { MigProfile } from "./mig.ts";

/** What wants a part of a GPU. */
export interface SharingRequest {
  gpu: GpuName;
  /** Memory that each process needs in MiB: weights, overhead and cache. */
  neededMiB: number;
  /** Processes that could share one GPU. */
  processes: number;
  /** Whether they belong to different tenants, who must not see or starve each other. */
  acrossTenants: boolean;
  /** Whether each holds its memory for itself all the time, as an inference engine does that takes its share at start. @default true */
  resident?: boolean;
}

/** How a GPU is given to processes. */
export type Sharing =
  | { mode: "whole"; reason: string }
  | { mode: "mig"; profile: MigProfile; reason: string }
  | { mode: "mps"; replicas: number; reason: string }
  | { mode: "timeSlicing"; replicas: number; reason: string };

/**
 * How to share a GPU: whole, by MIG, MPS or time-slicing. Only MIG isolates memory, bandwidth and faults, so it is the only way to share between
 * tenants (NVIDIA's MIG user guide); MPS limits memory but not faults; time-slicing limits nothing and suits processes that come and go.
 */
export function sharingFor(request: SharingRequest): Sharing {
  const { neededMiB, processes, acrossTenants, resident = true } = request;
  const gpu: Gpu = gpus[request.gpu];
  if (processes < 2) return { mode: "whole", reason: "one process" };
  const fitting = gpu.migProfiles.filter(
    ({ instances, memoryMiB }) => instances > 1 && memoryMiB * engines.vllm.gpuMemoryUtilization >= neededMiB,
  );
  const profile = fitting.find(({ instances }) => instances >= processes) ?? fitting[0];
  if (profile) return { mode: "mig", profile, reason: `${profile.instances} isolated instances of ${profile.name}` };
  if (acrossTenants) {
    const why =
      gpu.migProfiles.length === 0 ? `${request.gpu} has no MIG` : "no MIG profile with two instances is large enough";
    return { mode: "whole", reason: `${why}, and nothing else isolates tenants` };
  }
  const replicas = Math.min(processes, Math.floor((gpu.memoryMiB * engines.vllm.gpuMemoryUtilization) / neededMiB));
  if (resident && replicas < 2) return { mode: "whole", reason: "two processes do not fit its memory" };
  if (resident)
    return { mode: "mps", replicas, reason: `${replicas} processes of one tenant, each with its share of memory` };
  return { mode: "timeSlicing", replicas: processes, reason: "processes of one tenant that come and go" };
}
