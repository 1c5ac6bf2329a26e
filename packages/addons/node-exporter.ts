import { images } from "@genai/catalog";
import {
  type ObjectOf,
  ObjectsComponent,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  type Scraper,
  scraperIngress,
  type ScrapeTarget,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { daemonSetOf, networkPolicyOf, scrapeTargetOf, serviceAccountOf, workloadOf } from "./addon-objects.ts";

/** Whether node_exporter runs: `genai:addons.nodeExporter`. */
export interface NodeExporterConfiguration {
  /** @default true */
  enabled: boolean;
  /**
   * Whether it follows what the node mounts and unmounts later; without it, a volume that a Pod gave back stays in use until this one
   * restarts. Not where the node's root is not shared, as in K3s in a container.
   * @default true
   */
  followMounts: boolean;
}

/** What node_exporter is told beside its configuration. */
export interface NodeExporterArgs extends NodeExporterConfiguration {
  namespace: string;
  /** Who reads its metrics. */
  scraper: Scraper;
}

/** node_exporter's objects. */
export type NodeExporterObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  daemonSet: ObjectOf<"DaemonSet">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
};

const program = { application: "node-exporter", component: "monitoring" };
const port = 9100;
const portName = "http";
const hostDirectory = "/host";

/**
 * The collectors whose metrics something uses. None of the network's: they would need the node's own network, where no NetworkPolicy
 * holds; cAdvisor reports traffic too.
 */
const collectors = [
  "cpu",
  "diskstats",
  "filesystem",
  "loadavg",
  "meminfo",
  "pressure",
  "stat",
  "time",
  "uname",
  "vmstat",
];

/** Its command line, but for the paths of the node, which the tests give to the real program too. */
export const nodeExporterArguments = [
  "--collector.disable-defaults",
  ...collectors.map((collector) => `--collector.${collector}`),
  // Mounts of Pods are the Pods' own affair.
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/(kubelet|containerd|docker)/.+)($|/)",
];

/** Its metrics. */
export function nodeExporterScrapeTargets(name: string, namespace: string): ScrapeTarget[] {
  return [scrapeTargetOf(workloadOf(program, name, { namespace }), "node-exporter", portName)];
}

/** node_exporter's objects as plain data. */
export function nodeExporterObjects(name: string, args: NodeExporterArgs): NodeExporterObjects {
  const { scraper, followMounts } = args;
  const workload = workloadOf(program, name, args);
  const mount = (volume: string) => ({ name: volume, mountPath: `${hostDirectory}/${volume}`, readOnly: true });
  const probe = { httpGet: { path: "/", port: portName }, timeoutSeconds: 5 };
  return {
    serviceAccount: serviceAccountOf(workload),
    daemonSet: daemonSetOf(workload, {
      securityContext: restrictedPodSecurityContext,
      // On every node, whatever keeps others away from it.
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          name: program.application,
          image: images.nodeExporter,
          args: [
            `--web.listen-address=:${port}`,
            `--path.procfs=${hostDirectory}/proc`,
            `--path.sysfs=${hostDirectory}/sys`,
            `--path.rootfs=${hostDirectory}/root`,
            ...nodeExporterArguments,
          ],
          ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
          readinessProbe: { ...probe, periodSeconds: 10 },
          livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 4 },
          resources: {
            requests: { cpu: "20m", memory: "48Mi", "ephemeral-storage": "10Mi" },
            limits: { memory: "96Mi", "ephemeral-storage": "50Mi" },
          },
          securityContext: restrictedContainerSecurityContext,
          volumeMounts: [
            mount("proc"),
            mount("sys"),
            { ...mount("root"), ...(followMounts && { mountPropagation: "HostToContainer" }) },
          ],
        },
      ],
      // Read only, by a user without rights: the numbers of the node stand in its own file systems, and the sizes of its disks can
      // only be asked where they are mounted. The policy pack names this exception.
      volumes: [
        { name: "proc", hostPath: { path: "/proc" } },
        { name: "sys", hostPath: { path: "/sys" } },
        { name: "root", hostPath: { path: "/" } },
      ],
    }),
    networkPolicy: networkPolicyOf(workload, { ingress: scraperIngress(portName, scraper), egress: [] }),
  };
}

/** node_exporter: what every node says of its CPUs, memory and disks. */
export class NodeExporter extends ObjectsComponent<NodeExporterObjects> {
  constructor(name: string, args: NodeExporterArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:NodeExporter", name, nodeExporterObjects(name, args), options);
    this.registerOutputs({});
  }
}
