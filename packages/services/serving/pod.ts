import { drainBudget, engines, gpus, vllmImage } from "@genai/catalog";
import {
  poolPlacement,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  spreadReplicas,
} from "@genai/core";
import type { SecretKeyReference } from "./server-args.ts";
import { httpPortName, serverProbes } from "./probes.ts";
import { serverResources, volumeSizes } from "./resources.ts";
import type { withDefaults } from "./settings.ts";
import { mountWeights } from "./weights-volume.ts";
import { homeDirectory, vllmConfigDirectory, vllmConfigFile, vllmEnvironment } from "./vllm.ts";

/** What the Pod refers to by name. */
export interface PodReferences {
  selector: Record<string, string>;
  serviceAccountName: string;
  apiKey: SecretKeyReference;
  modelConfigMap: string;
}

/** The Pod of a model server; satisfies the Pod Security Standard `restricted`. */
export function serverPodSpec(settings: ReturnType<typeof withDefaults>, references: PodReferences) {
  const { model, pool, gpusPerReplica, maximumOutputTokens, weights, plan } = settings;
  const { command, port, user, group } = engines.vllm;
  const { preStopSeconds } = drainBudget(maximumOutputTokens);
  const sizes = volumeSizes(model, plan.local);
  const image = vllmImage(gpus[pool.gpu]);
  const mounted = mountWeights(plan, image);
  return {
    serviceAccountName: references.serviceAccountName,
    automountServiceAccountToken: false,
    // Off because Kubernetes would set VLLM_PORT and the like for a Service of that name, which vLLM reads as its own setting.
    enableServiceLinks: false,
    ...(settings.priorityClassName && { priorityClassName: settings.priorityClassName }),
    ...(settings.runtimeClassName && { runtimeClassName: settings.runtimeClassName }),
    terminationGracePeriodSeconds: settings.gracePeriodSeconds,
    securityContext: { ...restrictedPodSecurityContext, runAsUser: user, runAsGroup: group, fsGroup: user },
    ...poolPlacement(pool),
    topologySpreadConstraints: spreadReplicas(references.selector),
    ...(mounted.initContainers.length > 0 && { initContainers: mounted.initContainers }),
    containers: [
      {
        name: "vllm",
        image,
        command: [...command],
        args: ["--config", `${vllmConfigDirectory}/${vllmConfigFile}`],
        env: [
          ...vllmEnvironment,
          { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: references.apiKey } },
          ...mounted.environment,
          ...(weights.token && !plan.local ? [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: weights.token } }] : []),
        ],
        ports: [{ name: httpPortName, containerPort: port, protocol: "TCP" }],
        ...serverProbes(settings.startupSeconds),
        lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
        resources: serverResources(model, gpusPerReplica, plan.local),
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "model", mountPath: vllmConfigDirectory, readOnly: true },
          { name: "home", mountPath: homeDirectory },
          { name: "temporary", mountPath: "/tmp" },
          { name: "shared-memory", mountPath: "/dev/shm" },
          ...mounted.mounts,
        ],
      },
    ],
    volumes: [
      { name: "model", configMap: { name: references.modelConfigMap } },
      { name: "home", emptyDir: { sizeLimit: sizes.home } },
      { name: "temporary", emptyDir: { sizeLimit: sizes.temporary } },
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: sizes.sharedMemory } },
      ...mounted.volumes,
    ],
  };
}
