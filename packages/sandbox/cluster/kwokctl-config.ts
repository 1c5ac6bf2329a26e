import { join } from "node:path";
import { stringify } from "yaml";
import { apiServiceAddress, hostAddress, nodeAddress, serviceRange } from "../node/addresses.ts";
import { egressArguments } from "../node/egress.ts";
import type { ClusterOptions } from "./options.ts";
import type { ClusterPaths } from "./paths.ts";
import type { Ports } from "./ports.ts";
import { simulatedUsage } from "./simulated-usage.ts";

/**
 * What kwokctl runs, by the name of its link in the cluster's `bin`; etcd and the API server first, as they are started. Where there is
 * a real node, metrics-server is a Pod on it, as the program deploys it.
 */
export function componentNames({ realNode }: { realNode?: unknown }): string[] {
  const names = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"];
  return realNode ? names : [...names, "metrics-server"];
}

/** Addresses besides the loopback one under which Pods know the API server; its certificate names them. */
export const serverAddresses = [apiServiceAddress, nodeAddress] as const;

/** The annotation of the nodes that KWOK plays kubelet for; it leaves all others alone. */
export const simulatedNodeAnnotation = { key: "kwok.x-k8s.io/node", value: "fake" };

/** What kwokctl is asked to make: a KwokctlConfiguration (KWOK 0.7) and what the simulated nodes report, as YAML documents. */
export function kwokctlConfig(options: ClusterOptions, paths: ClusterPaths, ports: Ports): string {
  const { tools } = options;
  const configuration = {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      kubeVersion: `v${tools["kube-apiserver"].version.replace(/^v/, "")}`,
      enable: options.realNode ? [] : ["metrics-server"],
      disableQPSLimits: options.disableRequestLimits ?? false,
      etcdBinary: tools.etcd.path,
      kubeApiserverBinary: tools["kube-apiserver"].path,
      kubeControllerManagerBinary: tools["kube-controller-manager"].path,
      kubeSchedulerBinary: tools["kube-scheduler"].path,
      kwokControllerBinary: tools.kwok.path,
      metricsServerBinary: tools["metrics-server"].path,
      etcdPort: ports.etcd,
      etcdPeerPort: ports.etcdPeer,
      kubeApiserverPort: ports.apiserver,
      kubeControllerManagerPort: ports.controllerManager,
      kubeSchedulerPort: ports.scheduler,
      kwokControllerPort: ports.kwok,
      metricsServerPort: ports.metricsServer,
      kubeApiserverCertSANs: [...serverAddresses],
    },
    componentsPatches: [
      { name: "etcd", extraArgs: [{ key: "data-dir", value: paths.data, override: true }] },
      {
        name: "kube-apiserver",
        extraArgs: [
          // An address of the documentation range (RFC 5737): the API server refuses to announce a loopback address, and without
          // one it needs a network interface with a default route. On a real node the forwarder listens there.
          { key: "advertise-address", value: nodeAddress },
          { key: "service-cluster-ip-range", value: serviceRange },
          ...(options.realNode ? egressArguments(options.directory, paths.pki) : []),
          // Extension API servers (metrics-server) learn who asks, instead of taking everybody for the administrator whose
          // certificate the API server uses to forward requests.
          { key: "requestheader-client-ca-file", value: join(paths.pki, "ca.crt") },
          { key: "requestheader-allowed-names", value: "kwok-admin" },
          { key: "requestheader-username-headers", value: "X-Remote-User" },
          { key: "requestheader-group-headers", value: "X-Remote-Group" },
          { key: "requestheader-extra-headers-prefix", value: "X-Remote-Extra-" },
        ],
      },
      // There is one of each: a restarted one need not wait until the lease of its former self has run out, 15 s.
      ...["kube-controller-manager", "kube-scheduler"].map((name) => ({
        name,
        extraArgs: [{ key: "leader-elect", value: "false", override: true }],
      })),
      {
        name: "kwok-controller",
        extraArgs: [
          { key: "manage-all-nodes", value: "false", override: true },
          // A restarted KWOK leaves its nodes alone until the leases of its former self have run out: 200 s by default.
          { key: "node-lease-duration-seconds", value: "15", override: true },
          // One that a real node's Pods can reach as well.
          // kwokctl hands on what nodes report only together with a metrics-server of its own.
          ...(options.realNode
            ? [
                { key: "node-ip", value: hostAddress, override: true },
                { key: "config", value: paths.simulatedUsage },
              ]
            : []),
          {
            key: "manage-nodes-with-annotation-selector",
            value: `${simulatedNodeAnnotation.key}=${simulatedNodeAnnotation.value}`,
          },
        ],
      },
    ],
  };
  return yamlDocuments([configuration, ...simulatedUsage]);
}

/** What the simulated nodes report, as KWOK reads it. */
export function simulatedUsageFile(): string {
  return yamlDocuments(simulatedUsage);
}

function yamlDocuments(documents: readonly object[]): string {
  return documents.map((document) => stringify(document)).join("---\n");
}
