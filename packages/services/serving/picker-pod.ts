import { images } from "@genai/catalog";
import {
  apiTokenMount,
  apiTokenVolume,
  inferenceGroup,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  serverPlacement,
  podBase,
} from "@genai/core";
import { pickerName } from "./inference-pool-args.ts";
import { pickerConfiguration } from "./picker-config.ts";
import type { NodePool } from "./pool.ts";

/** Ports of the endpoint picker, its own defaults: Envoy's external processing, gRPC health, metrics. */
export const pickerPorts = { grpc: 9002, health: 9003, metrics: 9090 } as const;

/** What the picker requests, and may use: KServe's template gives it as much memory, and its project half a CPU for a request a second of 100 000 tokens. */
export const pickerResources = {
  requests: { cpu: "500m", memory: "2Gi", "ephemeral-storage": "64Mi" },
  limits: { memory: "2Gi", "ephemeral-storage": "64Mi" },
};

/** What the Pod of a picker follows from. */
export interface PickerPodArgs {
  namespace: string;
  pool: NodePool;
  /** Name of the ConfigMap with its configuration. */
  configuration: string;
  /** Seconds that a running answer of its model may take, which it watches to the end. */
  gracePeriodSeconds: number;
  /** @default the cluster's default priority */
  priorityClassName?: string;
}

/** The Pod of a model's endpoint picker; satisfies the Pod Security Standard `restricted`. */
export function pickerPodSpec(model: string, args: PickerPodArgs) {
  const { namespace, pool, configuration, gracePeriodSeconds, priorityClassName } = args;
  return {
    ...podBase(pickerName(model), priorityClassName),
    terminationGracePeriodSeconds: gracePeriodSeconds,
    securityContext: restrictedPodSecurityContext,
    ...serverPlacement(pool),
    containers: [
      {
        name: "endpoint-picker",
        image: images.endpointPicker,
        args: [
          `--pool-name=${model}`,
          `--pool-namespace=${namespace}`,
          `--pool-group=${inferenceGroup}`,
          `--config-file=${pickerConfiguration.directory}/${pickerConfiguration.file}`,
          `--grpc-port=${pickerPorts.grpc}`,
          `--grpc-health-port=${pickerPorts.health}`,
          `--metrics-port=${pickerPorts.metrics}`,
          // Who may read them a NetworkPolicy says; asking the API server would take a ClusterRole.
          "--metrics-endpoint-auth=false",
          "--enable-pprof=false",
          "--tracing=false",
          "--zap-encoder=json",
        ],
        // Who it is, as its project's chart tells it.
        env: [
          { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
          { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ],
        ports: [
          { name: "grpc", containerPort: pickerPorts.grpc, protocol: "TCP" },
          { name: "health", containerPort: pickerPorts.health, protocol: "TCP" },
          { name: "metrics", containerPort: pickerPorts.metrics, protocol: "TCP" },
        ],
        // It is healthy once it has read its pool.
        startupProbe: { ...health, periodSeconds: 2, failureThreshold: 60 },
        readinessProbe: { ...health, periodSeconds: 2, failureThreshold: 2 },
        livenessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
        resources: pickerResources,
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "configuration", mountPath: pickerConfiguration.directory, readOnly: true },
          apiTokenMount,
        ],
      },
    ],
    volumes: [{ name: "configuration", configMap: { name: configuration } }, apiTokenVolume],
  };
}

const health = { grpc: { port: pickerPorts.health, service: "inference-extension" }, timeoutSeconds: 2 };
