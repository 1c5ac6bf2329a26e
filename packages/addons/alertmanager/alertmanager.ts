import { images } from "@genai/catalog";
import {
  dnsEgress,
  headlessService,
  internetEgress,
  type ObjectOf,
  ObjectsComponent,
  restrictedContainerSecurityContext,
  type ScrapeTarget,
  type Scraper,
  scraperIngress,
  selectorLabels,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  configMapOf,
  disruptionBudgetOf,
  fileText,
  metadataOf,
  networkPolicyOf,
  scrapeTargetOf,
  serviceAccountOf,
  serviceOf,
  workloadOf,
} from "../addon-objects.ts";
import { statefulSetOf, type StorageConfiguration } from "../stateful-set.ts";
import { alertmanagerFile, type AlertReceiver, secretDirectory } from "./config-file.ts";

/** How Alertmanager runs, and whom it tells: `genai:addons.alertmanager`. */
export interface AlertmanagerConfiguration {
  /** @default true */
  enabled: boolean;
  /** Servers that agree among themselves who notifies. @default 2 where the stack asks for high availability, else 1 */
  replicas?: number;
  /** For silences and for what was notified already. @default a volume of 1Gi */
  storage: StorageConfiguration;
  /** Whom to tell, by a name of your own. @default nobody: alerts show in Prometheus and Grafana */
  receivers: Readonly<Record<string, AlertReceiver>>;
}

/** Alertmanager's objects. */
export type AlertmanagerObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  statefulSet: ObjectOf<"StatefulSet">;
  service: ObjectOf<"Service">;
  peers: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
};

const program = { application: "alertmanager", component: "alerting" };
const port = 9093;
const gossipPort = 9094;
const portName = "http";
const directory = "/etc/alertmanager";

/** Its metrics; alerts go to the same port. */
export function alertmanagerScrapeTarget(name: string, namespace: string): ScrapeTarget {
  return scrapeTargetOf(workloadOf(program, name, { namespace }), "alertmanager", portName);
}

/** What Alertmanager is told beside its configuration. */
export interface AlertmanagerArgs extends AlertmanagerConfiguration {
  replicas: number;
  namespace: string;
  /** Who sends alerts and reads metrics. */
  scraper: Scraper;
}

/** Alertmanager's objects as plain data. */
export function alertmanagerObjects(name: string, args: AlertmanagerArgs): AlertmanagerObjects {
  const { namespace, replicas, storage, receivers, scraper } = args;
  const workload = workloadOf(program, name, { namespace });
  const selector = selectorLabels(workload);
  const config = configMapOf(workload, { "alertmanager.yaml": fileText(alertmanagerFile(receivers)) });
  const peers = `${name}-peers`;
  const own = { podSelector: { matchLabels: selector } };
  const gossip = [
    { protocol: "TCP", port: gossipPort },
    { protocol: "UDP", port: gossipPort },
  ];
  const probe = (path: string) => ({ httpGet: { path, port: portName }, timeoutSeconds: 5 });
  const secretVolumes = Object.entries(receivers).map(([receiver, { secret }]) => ({
    name: `receiver-${receiver}`,
    secret: { secretName: secret.name, defaultMode: 0o440, items: [{ key: secret.key, path: "value" }] },
  }));
  return {
    serviceAccount: serviceAccountOf(workload),
    config,
    statefulSet: statefulSetOf(
      workload,
      { replicas, serviceName: peers, storage },
      {
        priorityClassName: "system-cluster-critical",
        terminationGracePeriodSeconds: 60,
        containers: [
          {
            name: "alertmanager",
            image: images.alertmanager,
            args: [
              `--config.file=${directory}/alertmanager.yaml`,
              "--storage.path=/alertmanager",
              "--data.retention=120h",
              `--web.listen-address=:${port}`,
              ...(replicas > 1
                ? [
                    `--cluster.listen-address=[$(POD_IP)]:${gossipPort}`,
                    ...Array.from(
                      { length: replicas },
                      (_, index) =>
                        `--cluster.peer=${name}-${index}.${peers}.${namespace}.svc.cluster.local:${gossipPort}`,
                    ),
                  ]
                : ["--cluster.listen-address="]),
            ],
            env: [{ name: "POD_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } }],
            ports: [
              { name: portName, containerPort: port, protocol: "TCP" },
              { name: "gossip-tcp", containerPort: gossipPort, protocol: "TCP" },
              { name: "gossip-udp", containerPort: gossipPort, protocol: "UDP" },
            ],
            readinessProbe: { ...probe("/-/ready"), periodSeconds: 5, failureThreshold: 6 },
            livenessProbe: { ...probe("/-/healthy"), periodSeconds: 15, failureThreshold: 4 },
            resources: {
              requests: { cpu: "20m", memory: "128Mi", "ephemeral-storage": "50Mi" },
              limits: { memory: "128Mi", "ephemeral-storage": storage.kind === "none" ? storage.size : "100Mi" },
            },
            securityContext: restrictedContainerSecurityContext,
            volumeMounts: [
              { name: "config", mountPath: directory, readOnly: true },
              { name: "data", mountPath: "/alertmanager" },
              ...Object.keys(receivers).map((receiver) => ({
                name: `receiver-${receiver}`,
                mountPath: secretDirectory(receiver),
                readOnly: true,
              })),
            ],
          },
        ],
        volumes: [{ name: "config", configMap: { name: config.metadata.name } }, ...secretVolumes],
      },
    ),
    service: serviceOf(workload, [{ name: portName, port }]),
    peers: headlessService(metadataOf(workload, peers), selector, [{ name: "gossip-tcp", port: gossipPort }]),
    disruptionBudget: disruptionBudgetOf(workload),
    networkPolicy: networkPolicyOf(workload, {
      ingress: [...scraperIngress(portName, scraper), { from: [own], ports: gossip }],
      egress: [dnsEgress, { to: [own], ports: gossip }, internetEgress],
    }),
  };
}

/** Alertmanager: groups alerts, leaves out what something larger explains, and tells people. */
export class Alertmanager extends ObjectsComponent<AlertmanagerObjects> {
  constructor(name: string, args: AlertmanagerArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:Alertmanager", name, alertmanagerObjects(name, args), options);
    this.registerOutputs({});
  }
}
