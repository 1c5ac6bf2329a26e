import { type Container, containersOf, type PodSpec } from "../objects.ts";
import { onPods, type Rule } from "../rule.ts";

export const gpuPlacement: Rule = {
  name: "gpu-placement",
  description:
    "A Pod with GPUs limits what it requests, tolerates the taint of GPU nodes and says which nodes it means, or it stays Pending.",
  check: onPods((pod) => {
    const gpus = containersOf(pod).flatMap((container) =>
      gpusOf(container).map((resource) => ({ container, resource })),
    );
    if (gpus.length === 0) return [];
    return [
      ...gpus.flatMap(({ container: { name, resources: { requests = {}, limits = {} } = {} }, resource }) =>
        limits[resource] !== undefined && [undefined, limits[resource]].includes(requests[resource])
          ? []
          : [
              `container ${name} requests ${resource} ${requests[resource]} of a limit of ${limits[resource] ?? "none"}; make both the same`,
            ],
      ),
      ...(toleratesGpuNodes(pod)
        ? []
        : ["its Pods request GPUs and do not tolerate nvidia.com/gpu; add the toleration of the pool's taint"]),
      ...((pod.nodeSelector ?? pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
        ? []
        : ["its Pods request GPUs of any kind; name the pool by a node affinity or a nodeSelector"]),
    ];
  }),
};

function gpusOf({ resources: { requests = {}, limits = {} } = {} }: Container): string[] {
  const names = Object.keys({ ...requests, ...limits });
  return names.filter((name) => /^nvidia\.com\/(gpu|mig-)/.test(name));
}

function toleratesGpuNodes({ tolerations = [] }: PodSpec): boolean {
  return tolerations.some(({ key, operator }) => key === "nvidia.com/gpu" || (!key && operator === "Exists"));
}
