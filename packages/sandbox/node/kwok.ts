import { join } from "node:path";
import { kwokSettings } from "../cluster/kwokctl-config.ts";
import type { ClusterPaths } from "../cluster/paths.ts";
import { simulatedKubelet } from "./addresses.ts";

/**
 * KWOK's arguments beside a real node. Its server asks nobody who they are, so it listens in the node's network, which other users of
 * the machine cannot enter; kwokctl would start it on a loopback port.
 */
export function kwokArguments({ kubeconfig, kwokctlRecord, pki, simulatedUsage }: ClusterPaths): string[] {
  const { address, port } = simulatedKubelet;
  const settings = {
    ...kwokSettings,
    kubeconfig,
    "tls-cert-file": join(pki, "admin.crt"),
    "tls-private-key-file": join(pki, "admin.key"),
    "node-ip": address,
    "node-port": String(port),
    "server-address": `${address}:${port}`,
  };
  // The record has the stages of nodes and Pods; what nodes report kwokctl writes there only for a metrics-server of its own.
  return [
    ...[kwokctlRecord, simulatedUsage].map((file) => `--config=${file}`),
    ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`),
  ];
}
