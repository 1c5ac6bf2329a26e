import { images, type MetricSourceName } from "@genai/catalog";
import {
  apiTokenMount,
  apiTokenVolume,
  apiServerEgress,
  dnsEgress,
  type ObjectOf,
  ObjectsComponent,
  restrictedContainerSecurityContext,
  type ScrapeTarget,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  configMapOf,
  deploymentOf,
  disruptionBudgetOf,
  fileText,
  networkPolicyOf,
  scrapeTargetOf,
  serviceAccountOf,
  serviceOf,
  workloadOf,
} from "../addon-objects.ts";
import { apiServiceOf, authenticationReaderOf } from "../aggregated-api.ts";
import { adapterFile } from "./metrics.ts";

/** Whether the cluster's metrics APIs offer Prometheus' metrics: `genai:addons.prometheusAdapter`. */
export interface PrometheusAdapterConfiguration {
  /** Off where the cluster has an adapter or KEDA already: only one server can answer an API. @default false */
  enabled: boolean;
  /** @default 2 where the stack asks for high availability, else 1 */
  replicas?: number;
}

/** What the adapter is told beside its configuration. */
export interface PrometheusAdapterArgs extends PrometheusAdapterConfiguration {
  replicas: number;
  namespace: string;
  /** Address of Prometheus, and the labels of its Pods in the same namespace. */
  prometheus: { url: string; pods: Readonly<Record<string, string>> };
  /** Whose metrics there are. */
  sources: ReadonlySet<MetricSourceName>;
}

/** The adapter's objects. */
export type PrometheusAdapterObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  clusterRole: ObjectOf<"ClusterRole">;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  authenticationDelegator: ObjectOf<"ClusterRoleBinding">;
  authenticationReader: ObjectOf<"RoleBinding">;
  deployment: ObjectOf<"Deployment">;
  service: ObjectOf<"Service">;
  externalMetrics: ObjectOf<"APIService">;
  customMetrics: ObjectOf<"APIService">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
};

const program = { application: "prometheus-adapter", component: "metrics-api" };
const port = 6443;
const portName = "https";

/** Its metrics, for those whom the API server allows to read them. */
export function prometheusAdapterScrapeTarget(name: string, namespace: string): ScrapeTarget {
  const target = scrapeTargetOf(workloadOf(program, name, { namespace }), "prometheus-adapter", portName);
  return { ...target, scheme: "https" };
}

/** How often it asks Prometheus which series there are, and for how long it remembers them, on its command line. */
export const prometheusAdapterArguments = ["--metrics-relist-interval=30s", "--metrics-max-age=3m"];

/** The adapter's objects as plain data. */
export function prometheusAdapterObjects(name: string, args: PrometheusAdapterArgs): PrometheusAdapterObjects {
  const { namespace, replicas, prometheus, sources } = args;
  const workload = workloadOf(program, name, { namespace });
  const config = configMapOf(workload, { "config.yaml": fileText(adapterFile(sources)) });
  const probe = { httpGet: { path: "/healthz", port: portName, scheme: "HTTPS" }, timeoutSeconds: 5 };
  return {
    serviceAccount: serviceAccountOf(workload),
    config,
    clusterRole: clusterRoleOf(workload, [
      { apiGroups: [""], resources: ["namespaces", "pods"], verbs: ["get", "list", "watch"] },
    ]),
    clusterRoleBinding: clusterRoleBindingOf(workload),
    // It asks the API server who calls, and whether that one may.
    authenticationDelegator: clusterRoleBindingOf(workload, "system:auth-delegator"),
    authenticationReader: authenticationReaderOf(workload),
    deployment: deploymentOf(workload, replicas, {
      priorityClassName: "system-cluster-critical",
      containers: [
        {
          name: program.application,
          image: images.prometheusAdapter,
          args: [
            `--secure-port=${port}`,
            "--cert-dir=/tmp/serving-certificates",
            "--config=/etc/adapter/config.yaml",
            `--prometheus-url=${prometheus.url}`,
            ...prometheusAdapterArguments,
          ],
          ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
          readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 5 },
          livenessProbe: { ...probe, initialDelaySeconds: 30, periodSeconds: 15, failureThreshold: 4 },
          resources: {
            requests: { cpu: "50m", memory: "128Mi", "ephemeral-storage": "10Mi" },
            limits: { memory: "256Mi", "ephemeral-storage": "50Mi" },
          },
          securityContext: restrictedContainerSecurityContext,
          volumeMounts: [
            { name: "config", mountPath: "/etc/adapter", readOnly: true },
            { name: "temporary", mountPath: "/tmp" },
            apiTokenMount,
          ],
        },
      ],
      volumes: [
        { name: "config", configMap: { name: config.metadata.name } },
        { name: "temporary", emptyDir: { sizeLimit: "10Mi" } },
        apiTokenVolume,
      ],
    }),
    service: serviceOf(workload, [{ name: portName, port: 443 }]),
    externalMetrics: apiServiceOf(workload, "external.metrics.k8s.io"),
    customMetrics: apiServiceOf(workload, "custom.metrics.k8s.io"),
    disruptionBudget: disruptionBudgetOf(workload),
    networkPolicy: networkPolicyOf(workload, {
      // The API server calls from a node's network, which no selector describes.
      ingress: [{ ports: [{ protocol: "TCP", port: portName }] }],
      egress: [
        dnsEgress,
        apiServerEgress,
        {
          to: [{ podSelector: { matchLabels: { ...prometheus.pods } } }],
          ports: [{ protocol: "TCP", port: "http" }],
        },
      ],
    }),
  };
}

/** prometheus-adapter: answers the cluster's metrics APIs from Prometheus, so that autoscalers can count waiting requests. */
export class PrometheusAdapter extends ObjectsComponent<PrometheusAdapterObjects> {
  constructor(name: string, args: PrometheusAdapterArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:PrometheusAdapter", name, prometheusAdapterObjects(name, args), options);
    this.registerOutputs({});
  }
}
