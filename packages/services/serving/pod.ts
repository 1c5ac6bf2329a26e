import { engines } from "@genai/catalog";
import {
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  serverPlacement,
  spreadReplicas,
  podBase,
} from "@genai/core";
import { adapterPlans } from "./adapters.ts";
import { type GroupRole, groupArguments, leaderSeconds } from "./group.ts";
import type { SecretKeyReference } from "./server-args.ts";
import type { EngineProgram } from "./engine.ts";
import { httpPortName, httpProbes } from "./probes.ts";
import { modelResources, volumeSizes } from "./resources.ts";
import type { withDefaults } from "./settings.ts";
import { mountWeights } from "./weights-volume.ts";

/** What the Pod runs, and refers to by name. */
export interface PodReferences {
  program: EngineProgram;
  selector: Record<string, string>;
  serviceAccountName: string;
  apiKey: SecretKeyReference;
  /** @default the engine takes its settings from elsewhere */
  modelConfigMap?: string;
  /** What it is among the Pods of a replica. @default it is alone */
  role?: GroupRole;
}

/** The Pod of a model server; satisfies the Pod Security Standard `restricted`. */
export function serverPodSpec(settings: ReturnType<typeof withDefaults>, references: PodReferences) {
  const { pool, weights, plan } = settings;
  const { program } = references;
  const args = [...program.args, ...(references.role ? groupArguments(references.role) : [])];
  const { application, image, user, group, home, config, secretConfig } = program;
  const resources = modelResources({ ...settings, gpusPerReplica: settings.shape.gpusPerPod });
  const sizes = volumeSizes(settings);
  const mounted = mountWeights({ plan, adapters: adapterPlans(settings), token: weights.token }, image, home);
  const { apiKey, role } = references;
  // What answers for all: workers have no port, ask nobody for a key, and end when their leader has.
  const answers = role !== "worker";
  return {
    // Off because Kubernetes would set VLLM_PORT and the like for a Service of that name, which vLLM reads as its own setting.
    ...podBase(references.serviceAccountName, settings.priorityClassName),
    ...(pool.gpu && settings.runtimeClassName && { runtimeClassName: settings.runtimeClassName }),
    terminationGracePeriodSeconds: settings.gracePeriodSeconds,
    securityContext: { ...restrictedPodSecurityContext, runAsUser: user, runAsGroup: group, fsGroup: user },
    ...serverPlacement(pool),
    ...(role ? {} : { topologySpreadConstraints: spreadReplicas(references.selector) }),
    ...(mounted.initContainers.length > 0 && { initContainers: mounted.initContainers }),
    containers: [
      {
        name: application,
        image,
        command: [...program.command],
        ...(args.length > 0 && { args }),
        env: [
          ...program.environment,
          ...(role ? [{ name: "VLLM_HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }] : []),
          ...(program.apiKeyVariable && answers
            ? [{ name: program.apiKeyVariable, valueFrom: { secretKeyRef: apiKey } }]
            : []),
          ...mounted.environment,
          ...(weights.token && !plan.local ? [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: weights.token } }] : []),
        ],
        ...(answers && {
          ports: [{ name: httpPortName, containerPort: engines[settings.engine].port, protocol: "TCP" }],
          ...httpProbes(engines[settings.engine].healthPath, settings.startupSeconds),
        }),
        lifecycle: { preStop: { sleep: { seconds: answers ? program.preStopSeconds : leaderSeconds(settings) } } },
        resources,
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          ...(config ? [{ name: "model", mountPath: config.directory, readOnly: true }] : []),
          ...(secretConfig ? [{ name: "settings", mountPath: secretConfig.directory, readOnly: true }] : []),
          { name: "home", mountPath: home },
          { name: "temporary", mountPath: "/tmp" },
          ...(sizes.sharedMemory ? [{ name: "shared-memory", mountPath: "/dev/shm" }] : []),
          ...mounted.mounts,
        ],
      },
    ],
    volumes: [
      ...(references.modelConfigMap ? [{ name: "model", configMap: { name: references.modelConfigMap } }] : []),
      ...(secretConfig
        ? [
            {
              name: "settings",
              secret: { secretName: apiKey.name, items: [{ key: secretConfig.file, path: secretConfig.file }] },
            },
          ]
        : []),
      { name: "home", emptyDir: { sizeLimit: sizes.home } },
      { name: "temporary", emptyDir: { sizeLimit: sizes.temporary } },
      ...(sizes.sharedMemory
        ? [{ name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: sizes.sharedMemory } }]
        : []),
      ...mounted.volumes,
    ],
  };
}
