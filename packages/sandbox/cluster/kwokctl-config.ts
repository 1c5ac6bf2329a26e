import { join } from "node:path";
import { stringify } from "yaml";
import { apiServiceAddress, nodeAddress, serviceRange } from "../node/addresses.ts";
import { egressArguments } from "../node/egress.ts";
import type { ClusterOptions } from "./options.ts";
import type { ClusterPaths } from "./paths.ts";
import type { Ports } from "./ports.ts";
import { simulatedUsage } from "./simulated-usage.ts";

/**
 * What kwokctl runs, by the name of its link in the cluster's `bin`; etcd and the API server first, as they are started. Where there is
 * a real node, metrics-server is a Pod on it, as the program deploys it, and KWOK runs in the node's network.
 */
export function componentNames({ realNode }: { realNode?: unknown }): string[] {
  const names = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
  return realNode ? names : [...names, "kwok-controller", "metrics-server"];
}

/** Addresses besides the loopback one under which Pods know the API server; its certificate names them. */
export const serverAddresses = [apiServiceAddress, nodeAddress] as const;

/** The annotation of the nodes that KWOK plays kubelet for; it leaves all others alone. */
export const simulatedNodeAnnotation = { key: "kwok.x-k8s.io/node", value: "fake" };

/** KWOK's own settings. Nobody has to prove who they are to its server: what it serves beyond usage, such as exec and profiles, is off. */
const kwokConfiguration = {
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
  options: { enableDebuggingHandlers: false },
};

/** KWOK's arguments that do not depend on where it runs. */
export const kwokSettings = {
  "manage-all-nodes": "false",
  "manage-nodes-with-annotation-selector": `${simulatedNodeAnnotation.key}=${simulatedNodeAnnotation.value}`,
  // A restarted KWOK leaves its nodes alone until the leases of its former self have run out: 200 s by default.
  "node-lease-duration-seconds": "15",
} as const;

/** What kwokctl is asked to make: a KwokctlConfiguration (KWOK 0.7) and what the simulated nodes report, as YAML documents. */
export function kwokctlConfig(options: ClusterOptions, paths: ClusterPaths, ports: Ports): string {
  const { tools } = options;
  const certificates = {
    ca: join(paths.pki, "ca.crt"),
    certificate: join(paths.pki, "admin.crt"),
    key: join(paths.pki, "admin.key"),
  };
  const etcd = (port: number) => `https://127.0.0.1:${port}`;
  const configuration = {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      kubeVersion: `v${tools["kube-apiserver"].version.replace(/^v/, "")}`,
      enable: options.realNode ? [] : ["metrics-server"],
      disable: options.realNode ? ["kwok-controller"] : [],
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
      {
        name: "etcd",
        extraArgs: [
          ...overriding({
            "data-dir": paths.data,
            "listen-client-urls": etcd(ports.etcd),
            "advertise-client-urls": etcd(ports.etcd),
            "listen-peer-urls": etcd(ports.etcdPeer),
            "initial-advertise-peer-urls": etcd(ports.etcdPeer),
            "initial-cluster": `node0=${etcd(ports.etcdPeer)}`,
          }),
          // Whoever reads etcd reads every Secret, and whoever writes it becomes root by a Pod: on both ports only the cluster's own
          // certificate is let in.
          ...["", "peer-"].flatMap((prefix) =>
            adding({
              [`${prefix}client-cert-auth`]: "true",
              [`${prefix}trusted-ca-file`]: certificates.ca,
              [`${prefix}cert-file`]: certificates.certificate,
              [`${prefix}key-file`]: certificates.key,
            }),
          ),
        ],
      },
      {
        name: "kube-apiserver",
        extraArgs: [
          ...overriding({ "etcd-servers": etcd(ports.etcd) }),
          ...adding({
            "etcd-cafile": certificates.ca,
            "etcd-certfile": certificates.certificate,
            "etcd-keyfile": certificates.key,
            // An address of the documentation range (RFC 5737): the API server refuses to announce a loopback address, and without
            // one it needs a network interface with a default route. On a real node the forwarder listens there.
            "advertise-address": nodeAddress,
            "service-cluster-ip-range": serviceRange,
            // Extension API servers (metrics-server) learn who asks, instead of taking everybody for the administrator whose
            // certificate the API server uses to forward requests.
            "requestheader-client-ca-file": certificates.ca,
            "requestheader-allowed-names": "kwok-admin",
            "requestheader-username-headers": "X-Remote-User",
            "requestheader-group-headers": "X-Remote-Group",
            "requestheader-extra-headers-prefix": "X-Remote-Extra-",
            ...(options.realNode && egressArguments(options.directory, paths.pki)),
          }),
        ],
      },
      ...["kube-controller-manager", "kube-scheduler"].map((name) => ({
        name,
        extraArgs: [
          // There is one of each: a restarted one need not wait until the lease of its former self has run out, 15 s.
          ...adding({ "leader-elect": "false" }),
          // kwokctl would give their metrics to everybody.
          ...overriding({ "authorization-always-allow-paths": "/healthz" }),
        ],
      })),
      { name: "kwok-controller", extraArgs: adding(kwokSettings) },
    ],
  };
  return yamlDocuments([configuration, kwokConfiguration, ...simulatedUsage]);
}

/** Arguments after kwokctl's: of an argument that is given twice the last counts. */
function adding(settings: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(settings).map(([key, value]) => ({ key, value }));
}

/** Arguments in place of those that kwokctl gives, which it must: of a list both would count. */
function overriding(settings: Record<string, string>): { key: string; value: string; override: true }[] {
  return adding(settings).map((each) => ({ ...each, override: true }));
}

/** What the simulated nodes report, as KWOK reads it. */
export function simulatedUsageFile(): string {
  return yamlDocuments(simulatedUsage);
}

function yamlDocuments(documents: readonly object[]): string {
  return documents.map((document) => stringify(document)).join("---\n");
}
