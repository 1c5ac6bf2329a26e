import { drainBudget, engines, gpus, vllmImage } from "@genai/catalog";
import {
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  serverPlacement,
  spreadReplicas,
} from "@genai/core";
import type { SecretKeyReference } from "./server-args.ts";
import { httpPortName, serverProbes } from "./probes.ts";
import { serverResources, volumeSizes } from "./resources.ts";
import type { withDefaults } from "./settings.ts";
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
  const { model, pool, gpusPerReplica, maximumOutputTokens, weights } = settings;
  const { command, port, user, group } = engines.vllm;
  const { preStopSeconds } = drainBudget(maximumOutputTokens);
  const sizes = volumeSizes(model);
  return {
    serviceAccountName: references.serviceAccountName,
    automountServiceAccountToken: false,
    // Off because Kubernetes would set VLLM_PORT and the like for a Service of that name, which vLLM reads as its own setting.
    enableServiceLinks: false,
    ...(settings.priorityClassName && { priorityClassName: settings.priorityClassName }),
    ...(settings.runtimeClassName && { runtimeClassName: settings.runtimeClassName }),
    terminationGracePeriodSeconds: settings.gracePeriodSeconds,
    securityContext: { ...restrictedPodSecurityContext, runAsUser: user, runAsGroup: group, fsGroup: user },
    ...serverPlacement(pool),
    topologySpreadConstraints: spreadReplicas(references.selector),
    containers: [
      {
        name: "vllm",
        image: vllmImage(gpus[pool.gpu]),
        command: [...command],
        args: ["--config", `${vllmConfigDirectory}/${vllmConfigFile}`],
        env: [
          ...vllmEnvironment,
          { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: references.apiKey } },
          ...(weights.token ? [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: weights.token } }] : []),
        ],
        ports: [{ name: httpPortName, containerPort: port, protocol: "TCP" }],
        ...serverProbes(settings.startupSeconds),
        lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
        resources: serverResources(model, gpusPerReplica),
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "model", mountPath: vllmConfigDirectory, readOnly: true },
          { name: "home", mountPath: homeDirectory },
          { name: "temporary", mountPath: "/tmp" },
          { name: "shared-memory", mountPath: "/dev/shm" },
        ],
      },
    ],
    volumes: [
      { name: "model", configMap: { name: references.modelConfigMap } },
      { name: "home", emptyDir: { sizeLimit: sizes.home } },
      { name: "temporary", emptyDir: { sizeLimit: sizes.temporary } },
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: sizes.sharedMemory } },
    ],
  };
}
