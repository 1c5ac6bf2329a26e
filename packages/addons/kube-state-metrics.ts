import { images } from "@genai/catalog";
import {
  apiTokenMount,
  apiTokenVolume,
  apiServerEgress,
  dnsEgress,
  type ObjectOf,
  ObjectsComponent,
  poolLabel,
  restrictedContainerSecurityContext,
  type Scraper,
  scraperIngress,
  type ScrapeTarget,
  tenantLabel,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  deploymentOf,
  networkPolicyOf,
  scrapeTargetOf,
  serviceAccountOf,
  workloadOf,
} from "./addon-objects.ts";

/** Whether kube-state-metrics runs: `genai:addons.kubeStateMetrics`. */
export interface KubeStateMetricsConfiguration {
  /** @default true */
  enabled: boolean;
  /** Of its one replica; it keeps every object of the kinds below. @default 256Mi */
  memory: string;
}

/** What kube-state-metrics is told beside its configuration. */
export interface KubeStateMetricsArgs extends KubeStateMetricsConfiguration {
  namespace: string;
  /** Who reads its metrics. */
  scraper: Scraper;
}

/** kube-state-metrics' objects. */
export type KubeStateMetricsObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  clusterRole: ObjectOf<"ClusterRole">;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  deployment: ObjectOf<"Deployment">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
};

const program = { application: "kube-state-metrics", component: "monitoring" };

/** The kinds that it reports, by their API group. No Secrets and no ConfigMaps: it would hold the values of all of them. */
const collected: Readonly<Record<string, readonly string[]>> = {
  "": ["namespaces", "nodes", "persistentvolumeclaims", "pods", "resourcequotas"],
  apps: ["daemonsets", "deployments", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
};

/** The labels of objects that become labels of `kube_…_labels`; the rules build on them. */
const labelAllowList: Readonly<Record<string, readonly string[]>> = {
  namespaces: [tenantLabel],
  nodes: [poolLabel],
  pods: ["app.kubernetes.io/instance", "app.kubernetes.io/component", tenantLabel],
  cronjobs: ["app.kubernetes.io/component"],
  persistentvolumeclaims: ["app.kubernetes.io/component"],
};

/** Its command line, which the tests give to the real program too. */
export const kubeStateMetricsArguments = [
  `--resources=${Object.values(collected).flat().join(",")}`,
  `--metric-labels-allowlist=${Object.entries(labelAllowList)
    .map(([resource, labels]) => `${resource}=[${labels.join(",")}]`)
    .join(",")}`,
];

/** Its metrics, and those about itself. */
export function kubeStateMetricsScrapeTargets(name: string, namespace: string): ScrapeTarget[] {
  const workload = workloadOf(program, name, { namespace });
  const target = { ...scrapeTargetOf(workload, "kube-state-metrics", "http"), aboutOthers: true };
  return [target, { ...target, job: `${name}-itself`, port: "telemetry" }];
}

/** kube-state-metrics' objects as plain data. */
export function kubeStateMetricsObjects(name: string, args: KubeStateMetricsArgs): KubeStateMetricsObjects {
  const { namespace, memory, scraper } = args;
  const workload = workloadOf(program, name, { namespace });
  return {
    serviceAccount: serviceAccountOf(workload),
    clusterRole: clusterRoleOf(
      workload,
      Object.entries(collected).map(([group, resources]) => ({
        apiGroups: [group],
        resources: [...resources],
        verbs: ["list", "watch"],
      })),
    ),
    clusterRoleBinding: clusterRoleBindingOf(workload),
    // One: a second would report every object twice, and every sum would double. A new one is up within seconds.
    deployment: deploymentOf(workload, "single", {
      priorityClassName: "system-cluster-critical",
      containers: [
        {
          name: program.application,
          image: images.kubeStateMetrics,
          args: ["--port=8080", "--telemetry-port=8081", ...kubeStateMetricsArguments],
          ports: [
            { name: "http", containerPort: 8080, protocol: "TCP" },
            { name: "telemetry", containerPort: 8081, protocol: "TCP" },
          ],
          readinessProbe: {
            httpGet: { path: "/readyz", port: "telemetry" },
            periodSeconds: 5,
            timeoutSeconds: 5,
          },
          livenessProbe: {
            httpGet: { path: "/livez", port: "http" },
            initialDelaySeconds: 5,
            periodSeconds: 15,
            timeoutSeconds: 5,
            failureThreshold: 4,
          },
          resources: {
            requests: { cpu: "20m", memory, "ephemeral-storage": "10Mi" },
            limits: { memory, "ephemeral-storage": "50Mi" },
          },
          securityContext: restrictedContainerSecurityContext,
          volumeMounts: [apiTokenMount],
        },
      ],
      volumes: [apiTokenVolume],
    }),
    networkPolicy: networkPolicyOf(workload, {
      ingress: ["http", "telemetry"].flatMap((port) => scraperIngress(port, scraper)),
      egress: [dnsEgress, apiServerEgress],
    }),
  };
}

/** kube-state-metrics: what Kubernetes' objects say of themselves, as metrics. */
export class KubeStateMetrics extends ObjectsComponent<KubeStateMetricsObjects> {
  constructor(name: string, args: KubeStateMetricsArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:KubeStateMetrics", name, kubeStateMetricsObjects(name, args), options);
    this.registerOutputs({});
  }
}
