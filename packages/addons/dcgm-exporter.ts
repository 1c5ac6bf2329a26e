import { dcgmCounters, images } from "@genai/catalog";
import {
  apiServerEgress,
  apiTokenMount,
  apiTokenVolume,
  type ObjectOf,
  ObjectsComponent,
  scraperIngress,
  type ScrapeTarget,
  variablesOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  configMapOf,
  daemonSetOf,
  networkPolicyOf,
  scrapeTargetOf,
  serviceAccountOf,
  workloadOf,
} from "./addon-objects.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { allGpusEnvironment, gpuAgentPod, gpuAgents, nodeNameEnvironment, rootSecurityContext } from "./gpu-agent.ts";
import { httpProbe } from "./probes.ts";

/** `genai:addons.dcgmExporter`. */
export interface DcgmExporterConfiguration extends AddonConfiguration {
  /** Whether it also reads the profiling counters: how busy tensor cores and memory are. @default true */
  profiling: boolean;
  /** Seconds between two readings. @default 15 */
  intervalSeconds: number;
  /** Whether metrics carry the labels of the Pods that use a GPU: they say whose it is, at the price of more series. @default false */
  podLabels: boolean;
}

/** The exporter's objects; the role only where it reads the labels of Pods. */
export type DcgmExporterObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  counters: ObjectOf<"ConfigMap">;
  clusterRole: ObjectOf<"ClusterRole"> | undefined;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding"> | undefined;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  daemonSet: ObjectOf<"DaemonSet">;
};

type Args = AddonContext & DcgmExporterConfiguration;

const program = { application: "dcgm-exporter", component: "gpu-metrics" };
const port = 9400;
const portName = "metrics";
const podResourcesDirectory = "/var/lib/kubelet/pod-resources";
const countersDirectory = "/etc/genai-counters";

/** The exporter's objects as plain data. */
export function dcgmExporterObjects(name: string, args: Args): DcgmExporterObjects {
  const workload = workloadOf(program, name, args);
  const counters = configMapOf(workload, { "counters.csv": countersFile(args) }, `${name}-counters`);
  const probe = httpProbe({ path: "/health", port: portName });
  return {
    serviceAccount: serviceAccountOf(workload),
    counters,
    clusterRole: args.podLabels
      ? clusterRoleOf(workload, [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }])
      : undefined,
    clusterRoleBinding: args.podLabels ? clusterRoleBindingOf(workload) : undefined,
    networkPolicy: networkPolicyOf(workload, {
      ingress: scraperIngress(port, args.scraper),
      egress: args.podLabels ? [apiServerEgress] : [],
    }),
    daemonSet: daemonSetOf(
      workload,
      {
        ...gpuAgentPod(args, gpuAgents.exporter.pauseLabel),
        containers: [
          {
            name: program.application,
            image: images.dcgmExporter,
            env: [
              ...allGpusEnvironment,
              nodeNameEnvironment,
              ...variablesOf({
                DCGM_EXPORTER_LISTEN: `:${port}`,
                DCGM_EXPORTER_COLLECTORS: `${countersDirectory}/counters.csv`,
                DCGM_EXPORTER_INTERVAL: String(args.intervalSeconds * 1000),
                // Names of Pods come from the kubelet's socket, their labels from the API server.
                DCGM_EXPORTER_KUBERNETES: "true",
                DCGM_EXPORTER_KUBERNETES_ENABLE_POD_LABELS: String(args.podLabels),
              }),
            ],
            ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
            // DCGM takes its time with many GPUs: 45 s before the first question in NVIDIA's chart, two minutes at most here.
            startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 24 },
            readinessProbe: probe,
            livenessProbe: probe,
            resources: exporterResources(args),
            // DCGM refuses to watch anything without root and SYS_ADMIN (NVIDIA/dcgm-exporter#407).
            securityContext: rootSecurityContext("SYS_ADMIN"),
            volumeMounts: [
              { name: "counters", mountPath: countersDirectory, readOnly: true },
              { name: "pod-resources", mountPath: podResourcesDirectory, readOnly: true },
              { name: "temporary", mountPath: "/tmp" },
              ...(args.podLabels ? [apiTokenMount] : []),
            ],
          },
        ],
        volumes: [
          { name: "counters", configMap: { name: counters.metadata.name } },
          // The kubelet's socket that says which Pod has which GPU; only root may ask.
          { name: "pod-resources", hostPath: { path: podResourcesDirectory, type: "Directory" } },
          { name: "temporary", emptyDir: { sizeLimit: "64Mi" } },
          ...(args.podLabels ? [apiTokenVolume] : []),
        ],
      },
      { app: gpuAgents.exporter.app },
    ),
  };
}

/** What of the exporter a Prometheus reads. */
export function dcgmExporterScrapeTargets(name: string, args: Args): ScrapeTarget[] {
  // Its metrics name the Pod that holds the GPU.
  return [{ ...scrapeTargetOf(workloadOf(program, name, args), "dcgm-exporter", portName), aboutOthers: true }];
}

/** The exporter's list: field, type and help text, a line each. */
function countersFile({ profiling }: DcgmExporterConfiguration): string {
  const wanted = dcgmCounters.filter((counter) => profiling || !counter.profiling);
  return wanted.map(({ field, type, help }) => `${field}, ${type}, ${help.replaceAll(",", ";")}\n`).join("");
}

/**
 * Memory grows with the GPUs of a node: with 512 MiB half of the exporters on nodes of eight were killed for memory (pytorch/ci-infra#1011).
 * 256 MiB and 128 MiB a GPU (estimate: 1.25 GiB for eight); nodes of no pool count as eight.
 */
function exporterResources({ gpuPools }: Args) {
  const gpus = gpuPools.length > 0 ? Math.max(...gpuPools.map(({ gpusPerNode }) => gpusPerNode)) : 8;
  return {
    requests: { cpu: "100m", memory: `${128 + 32 * gpus}Mi`, "ephemeral-storage": "64Mi" },
    limits: { memory: `${256 + 128 * gpus}Mi`, "ephemeral-storage": "128Mi" },
  };
}

/** NVIDIA's DCGM exporter: GPU metrics of every GPU node, by Pod. */
export class DcgmExporter extends ObjectsComponent<DcgmExporterObjects> {
  constructor(name: string, args: Args, options?: pulumi.ComponentResourceOptions) {
    super("addons:DcgmExporter", name, dcgmExporterObjects(name, args), options);
    this.registerOutputs({});
  }
}
