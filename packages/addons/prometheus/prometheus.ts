import {
  apiServerEgress,
  dnsEgress,
  type ObjectOf,
  ObjectsComponent,
  type Scraper,
  type ScrapeTarget,
  selectorLabels,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  configMapOf,
  disruptionBudgetOf,
  fileText,
  networkPolicyOf,
  scrapeTargetOf,
  serviceAccountOf,
  serviceOf,
  workloadOf,
} from "../addon-objects.ts";
import { statefulSetOf, type StorageConfiguration } from "../stateful-set.ts";
import { ruleFile, type RuleGroup } from "../rules/rule.ts";
import { type PrometheusAccess, prometheusAccess } from "./access.ts";
import { prometheusFile, rulesFile } from "./config-file.ts";
import { prometheusPodSpec, prometheusPort, prometheusPortName } from "./pod.ts";

/** How Prometheus runs, where `genai:monitoring.mode` is `prometheus`: `genai:addons.prometheus`. */
export interface PrometheusConfiguration {
  /** Servers that each scrape and store everything, so that one may fail. @default 2 where the stack asks for high availability, else 1 */
  replicas?: number;
  /** Days that samples are kept, unless the volume is full before. @default 15 */
  retentionDays: number;
  /** @default a volume of 50Gi */
  storage: StorageConfiguration;
  /** Of each replica: about 4 KiB for each time series in use, and as much again for queries. @default 2Gi */
  memory: string;
  /** Seconds between two readings. @default 30 */
  intervalSeconds: number;
  /** Whether kubelets' certificates are taken unread. @default false */
  insecureKubeletTls: boolean;
}

/** What Prometheus is told beside its configuration. */
export interface PrometheusArgs extends PrometheusConfiguration {
  replicas: number;
  namespace: string;
  /** Name of the stack. */
  cluster: string;
  targets: readonly ScrapeTarget[];
  rules: readonly RuleGroup[];
  /** One of `targets`, which alerts go to. @default none: alerts show in Prometheus only */
  alertmanager?: ScrapeTarget;
  /** Labels of Pods in the same namespace that may query it. */
  clients: readonly Readonly<Record<string, string>>[];
}

/** Prometheus' objects. */
export type PrometheusObjects = PrometheusAccess & {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  statefulSet: ObjectOf<"StatefulSet">;
  service: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
};

const program = { application: "prometheus", component: "monitoring" };

/** Who Prometheus is to those that it scrapes. */
export function prometheusScraper(name: string, namespace: string): Scraper {
  return { namespace, pods: selectorLabels({ ...program, instance: name }) };
}

/** Address of its API inside the cluster. */
export function prometheusUrl(name: string, namespace: string): string {
  return `http://${name}.${namespace}.svc.cluster.local:${prometheusPort}`;
}

/** Prometheus' objects as plain data. */
export function prometheusObjects(name: string, args: PrometheusArgs): PrometheusObjects {
  const { namespace, replicas, storage, rules, clients } = args;
  const workload = workloadOf(program, name, { namespace });
  const selector = selectorLabels(workload);
  const targets = [...args.targets, scrapeTargetOf(workload, "prometheus", prometheusPortName)];
  const config = configMapOf(workload, {
    "prometheus.yaml": fileText(prometheusFile({ ...args, targets })),
    [rulesFile]: fileText(ruleFile(rules)),
  });
  return {
    ...prometheusAccess(workload, targets),
    serviceAccount: serviceAccountOf(workload),
    config,
    statefulSet: statefulSetOf(
      workload,
      { replicas, serviceName: name, storage },
      prometheusPodSpec(args, config.metadata.name),
    ),
    // Replicas read at different moments; who asks stays with one, or graphs would jump.
    service: sticky(serviceOf(workload, [{ name: prometheusPortName, port: prometheusPort }])),
    disruptionBudget: disruptionBudgetOf(workload),
    networkPolicy: networkPolicyOf(workload, {
      ingress: [
        {
          from: [selector, ...clients].map((matchLabels) => ({ podSelector: { matchLabels } })),
          ports: [{ protocol: "TCP", port: prometheusPortName }],
        },
      ],
      egress: [
        dnsEgress,
        apiServerEgress,
        // Kubelets, which run in the nodes' own network.
        { ports: [{ protocol: "TCP", port: 10250 }] },
        ...targets.map((target) => ({
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": target.namespace } },
              podSelector: { matchLabels: target.selector },
            },
          ],
          ports: [{ protocol: "TCP", port: target.port }],
        })),
      ],
    }),
  };
}

function sticky(service: ReturnType<typeof serviceOf>): ObjectOf<"Service"> {
  return { ...service, spec: { ...service.spec, sessionAffinity: "ClientIP" } };
}

/** Prometheus: reads the metrics of everything in the stack, keeps them for a while, and works out which alerts are due. */
export class Prometheus extends ObjectsComponent<PrometheusObjects> {
  /** Address of its API inside the cluster. */
  public readonly url: string;

  constructor(name: string, args: PrometheusArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:Prometheus", name, prometheusObjects(name, args), options);
    this.url = prometheusUrl(name, args.namespace);
    this.registerOutputs({ url: this.url });
  }
}
