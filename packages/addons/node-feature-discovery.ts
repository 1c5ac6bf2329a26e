import { images } from "@genai/catalog";
import {
  apiServerEgress,
  apiTokenMount,
  apiTokenVolume,
  nodeAgentTolerations,
  ObjectsComponent,
  type ObjectOf,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  type AddonWorkload,
  clusterRoleBindingOf,
  clusterRoleOf,
  configMapOf,
  daemonSetOf,
  deploymentOf,
  disruptionBudgetOf,
  fileText,
  labelsOf,
  networkPolicyOf,
  replicasOf,
  roleBindingOf,
  roleOf,
  serviceAccountOf,
} from "./addon-objects.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { nodeNameEnvironment } from "./gpu-agent.ts";
import { nodeFeatureDefinition, nodeFeatureKinds } from "./node-feature-definitions.ts";
import { httpProbe } from "./probes.ts";

/** `genai:addons.nodeFeatureDiscovery`. */
export type NodeFeatureDiscoveryConfiguration = AddonConfiguration;

/** The objects of its three programs: the master labels nodes, a worker looks at each, the collector removes what is left of dead ones. */
export type NodeFeatureDiscoveryObjects = {
  nodeFeature: ObjectOf<"CustomResourceDefinition">;
  nodeFeatureRule: ObjectOf<"CustomResourceDefinition">;
  masterServiceAccount: ObjectOf<"ServiceAccount">;
  masterClusterRole: ObjectOf<"ClusterRole">;
  masterClusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  masterRole: ObjectOf<"Role">;
  masterRoleBinding: ObjectOf<"RoleBinding">;
  masterNetworkPolicy: ObjectOf<"NetworkPolicy">;
  masterDisruptionBudget: ObjectOf<"PodDisruptionBudget">;
  master: ObjectOf<"Deployment">;
  workerServiceAccount: ObjectOf<"ServiceAccount">;
  workerRole: ObjectOf<"Role">;
  workerRoleBinding: ObjectOf<"RoleBinding">;
  workerNetworkPolicy: ObjectOf<"NetworkPolicy">;
  workerConfig: ObjectOf<"ConfigMap">;
  worker: ObjectOf<"DaemonSet">;
  collectorServiceAccount: ObjectOf<"ServiceAccount">;
  collectorClusterRole: ObjectOf<"ClusterRole">;
  collectorClusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  collectorNetworkPolicy: ObjectOf<"NetworkPolicy">;
  collector: ObjectOf<"Deployment">;
};

const group = "nfd.k8s-sigs.io";
const configDirectory = "/etc/kubernetes/node-feature-discovery";

/**
 * What the workers look for: PCI devices alone, of the classes network and display, by vendor. It labels a node with a GPU of NVIDIA's
 * `feature.node.kubernetes.io/pci-10de.present`, and needs nothing of the node but /sys.
 */
const workerConfig = {
  core: { featureSources: ["pci"], labelSources: ["pci"] },
  sources: { pci: { deviceClassWhitelist: ["02", "03"], deviceLabelFields: ["vendor"] } },
};

/** Node feature discovery's objects as plain data. */
export function nodeFeatureDiscoveryObjects(
  name: string,
  args: AddonContext & NodeFeatureDiscoveryConfiguration,
): NodeFeatureDiscoveryObjects {
  const part = (component: string): AddonWorkload => ({
    application: `node-feature-discovery-${component}`,
    instance: name,
    component,
    name: `${name}-${component}`,
    namespace: args.namespace,
  });
  const [master, worker, collector] = [part("master"), part("worker"), part("collector")];
  const config = configMapOf(worker, { "nfd-worker.conf": fileText(workerConfig) });
  const closed = { egress: [apiServerEgress] };
  return {
    nodeFeature: nodeFeatureDefinition(nodeFeatureKinds.nodeFeature, labelsOf(master)),
    nodeFeatureRule: nodeFeatureDefinition(nodeFeatureKinds.nodeFeatureRule, labelsOf(master)),
    masterServiceAccount: serviceAccountOf(master),
    masterClusterRole: clusterRoleOf(master, [
      { apiGroups: [""], resources: ["namespaces"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["nodes", "nodes/status"], verbs: ["get", "list", "patch", "update"] },
      { apiGroups: [group], resources: ["nodefeatures", "nodefeaturerules"], verbs: ["get", "list", "watch"] },
    ]),
    masterClusterRoleBinding: clusterRoleBindingOf(master),
    masterRole: roleOf(master, [
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
      {
        apiGroups: ["coordination.k8s.io"],
        resources: ["leases"],
        resourceNames: ["nfd-master.nfd.kubernetes.io"],
        verbs: ["get", "update"],
      },
    ]),
    masterRoleBinding: roleBindingOf(master),
    masterNetworkPolicy: networkPolicyOf(master, closed),
    masterDisruptionBudget: disruptionBudgetOf(master),
    master: deploymentOf(master, replicasOf(args), {
      priorityClassName: "system-cluster-critical",
      containers: [
        {
          ...container("master", { cpu: "20m", memory: "64Mi", limit: "256Mi" }),
          // Several replicas elect one that labels. `nvidia.com` is what GPU feature discovery asks it to label with.
          args: ["-enable-leader-election", "-extra-label-ns=nvidia.com"],
        },
      ],
      volumes: [apiTokenVolume],
    }),
    workerServiceAccount: serviceAccountOf(worker),
    workerRole: roleOf(worker, [
      { apiGroups: [group], resources: ["nodefeatures"], verbs: ["create", "get", "update", "delete"] },
      // It makes its Pod the owner of what it writes.
      { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
    ]),
    workerRoleBinding: roleBindingOf(worker),
    workerNetworkPolicy: networkPolicyOf(worker, closed),
    workerConfig: config,
    worker: daemonSetOf(worker, {
      securityContext: restrictedPodSecurityContext,
      tolerations: nodeAgentTolerations(args.gpuPools),
      containers: [workerContainer()],
      volumes: [
        { name: "config", configMap: { name: config.metadata.name } },
        // The PCI devices of the node, for reading.
        { name: "host-sys", hostPath: { path: "/sys", type: "Directory" } },
        apiTokenVolume,
      ],
    }),
    collectorServiceAccount: serviceAccountOf(collector),
    collectorClusterRole: clusterRoleOf(collector, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] },
      { apiGroups: [group], resources: ["nodefeatures"], verbs: ["list", "delete"] },
      // It also asks for these, which another of the project's programs writes and the cluster may not have.
      { apiGroups: ["topology.node.k8s.io"], resources: ["noderesourcetopologies"], verbs: ["list", "delete"] },
    ]),
    collectorClusterRoleBinding: clusterRoleBindingOf(collector),
    collectorNetworkPolicy: networkPolicyOf(collector, closed),
    collector: deploymentOf(collector, 1, {
      containers: [container("gc", { cpu: "10m", memory: "64Mi", limit: "128Mi" })],
      volumes: [apiTokenVolume],
    }),
  };
}

/** One of the three programs. Requests as in the project's chart where small; limits far below its 4 GiB, which is for thousands of nodes. */
function container(program: string, { cpu, memory, limit }: { cpu: string; memory: string; limit: string }) {
  const probe = httpProbe({ path: "/healthz", port: "http" });
  return {
    name: `nfd-${program}`,
    image: images.nodeFeatureDiscovery,
    command: [`nfd-${program}`],
    env: [nodeNameEnvironment],
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 30 },
    readinessProbe: probe,
    livenessProbe: probe,
    resources: {
      requests: { cpu, memory, "ephemeral-storage": "16Mi" },
      limits: { memory: limit, "ephemeral-storage": "64Mi" },
    },
    securityContext: restrictedContainerSecurityContext,
    volumeMounts: [apiTokenMount],
  };
}

function workerContainer() {
  const base = container("worker", { cpu: "5m", memory: "32Mi", limit: "128Mi" });
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    ...base,
    env: [...base.env, field("POD_NAME", "metadata.name"), field("POD_UID", "metadata.uid")],
    volumeMounts: [
      ...base.volumeMounts,
      { name: "config", mountPath: configDirectory, readOnly: true },
      { name: "host-sys", mountPath: "/host-sys", readOnly: true },
    ],
  };
}

/** Node feature discovery: labels nodes with the devices that they have, so that the agents of GPU nodes find them. */
export class NodeFeatureDiscovery extends ObjectsComponent<NodeFeatureDiscoveryObjects> {
  constructor(
    name: string,
    args: AddonContext & NodeFeatureDiscoveryConfiguration,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("addons:NodeFeatureDiscovery", name, nodeFeatureDiscoveryObjects(name, args), options);
    this.registerOutputs({});
  }
}
