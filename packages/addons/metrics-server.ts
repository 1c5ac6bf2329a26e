import { images } from "@genai/catalog";
import {
  apiServerEgress,
  apiTokenMount,
  apiTokenVolume,
  ObjectsComponent,
  type ObjectOf,
  restrictedContainerSecurityContext,
  type ScrapeTarget,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  deploymentOf,
  disruptionBudgetOf,
  labelsOf,
  networkPolicyOf,
  replicasOf,
  scrapeTargetOf,
  serviceAccountOf,
  serviceOf,
  workloadOf,
} from "./addon-objects.ts";
import { apiServiceOf, authenticationReaderOf } from "./aggregated-api.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { httpProbe } from "./probes.ts";

/** `genai:addons.metricsServer`; adopted where the provider brings one. */
export interface MetricsServerConfiguration extends AddonConfiguration {
  /** Whether it takes the word of kubelets whose certificates no authority of the cluster signed, as on kubeadm's defaults. @default false */
  insecureKubeletTls: boolean;
  /** Seconds between two readings of every kubelet, at least 10. @default 15 */
  resolutionSeconds: number;
}

/** metrics-server's objects. */
export type MetricsServerObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  clusterRole: ObjectOf<"ClusterRole">;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  /** Lets who may view a namespace see its usage too. */
  readers: ObjectOf<"ClusterRole">;
  /** Lets it ask the API server who a caller is and what that may do. */
  delegator: ObjectOf<"ClusterRoleBinding">;
  /** Lets it read which certificates the API server forwards requests with. */
  authenticationReader: ObjectOf<"RoleBinding">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  service: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  deployment: ObjectOf<"Deployment">;
  apiService: ObjectOf<"APIService">;
};

type Args = AddonContext & MetricsServerConfiguration;

const program = { application: "metrics-server", component: "resource-metrics" };
const port = 10250;
const portName = "https";
const group = "metrics.k8s.io";

/** metrics-server's objects as plain data. */
export function metricsServerObjects(name: string, args: Args): MetricsServerObjects {
  const workload = workloadOf(program, name, args);
  const replicas = replicasOf(args);
  const labels = labelsOf(workload);
  return {
    serviceAccount: serviceAccountOf(workload),
    clusterRole: clusterRoleOf(workload, [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    clusterRoleBinding: clusterRoleBindingOf(workload),
    readers: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: {
        name: `genai-${name}-readers`,
        labels: {
          ...labels,
          ...Object.fromEntries(
            ["view", "edit", "admin"].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, "true"]),
          ),
        },
      },
      rules: [{ apiGroups: [group], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
    },
    delegator: clusterRoleBindingOf(workload, "system:auth-delegator"),
    authenticationReader: authenticationReaderOf(workload),
    networkPolicy: networkPolicyOf(workload, {
      // Callers are the API server, whose address is no Pod's, and the scraper; who they are it asks itself.
      ingress: [{ ports: [{ protocol: "TCP", port }] }],
      egress: [apiServerEgress, { ports: [{ protocol: "TCP", port: 10250 }] }],
    }),
    service: serviceOf(workload, [{ name: portName, port: 443 }]),
    disruptionBudget: disruptionBudgetOf(workload),
    deployment: deploymentOf(workload, replicas, {
      priorityClassName: "system-cluster-critical",
      containers: [serverContainer(args)],
      // Where it writes the certificate that it makes for itself.
      volumes: [{ name: "temporary", emptyDir: { sizeLimit: "16Mi" } }, apiTokenVolume],
    }),
    apiService: apiServiceOf(workload, group),
  };
}

function serverContainer({ insecureKubeletTls, resolutionSeconds }: Args) {
  return {
    name: program.application,
    image: images.metricsServer,
    args: [
      "--cert-dir=/tmp",
      `--secure-port=${port}`,
      "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
      "--kubelet-use-node-status-port",
      `--metric-resolution=${resolutionSeconds}s`,
      ...(insecureKubeletTls ? ["--kubelet-insecure-tls"] : []),
    ],
    ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
    startupProbe: { ...httpProbe({ path: "/livez", port: portName, scheme: "HTTPS" }), failureThreshold: 12 },
    readinessProbe: httpProbe({ path: "/readyz", port: portName, scheme: "HTTPS" }),
    livenessProbe: httpProbe({ path: "/livez", port: portName, scheme: "HTTPS" }),
    // What its README gives for up to 100 nodes; 1 thousandth of a CPU and 2 MiB for each further node.
    resources: {
      requests: { cpu: "100m", memory: "200Mi", "ephemeral-storage": "32Mi" },
      limits: { memory: "400Mi", "ephemeral-storage": "64Mi" },
    },
    securityContext: restrictedContainerSecurityContext,
    volumeMounts: [{ name: "temporary", mountPath: "/tmp" }, apiTokenMount],
  };
}

/** What of metrics-server a Prometheus reads, as a caller that it lets read `/metrics`. */
export function metricsServerScrapeTargets(name: string, args: Args): ScrapeTarget[] {
  return [{ ...scrapeTargetOf(workloadOf(program, name, args), "metrics-server", portName), scheme: "https" }];
}

/** metrics-server: what nodes and Pods use of CPU and memory, for autoscalers and `kubectl top`. */
export class MetricsServer extends ObjectsComponent<MetricsServerObjects> {
  constructor(name: string, args: Args, options: pulumi.ComponentResourceOptions = {}) {
    super("addons:MetricsServer", name, metricsServerObjects(name, args), options);
    this.registerOutputs({});
  }
}
