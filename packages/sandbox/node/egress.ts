import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { nodePaths } from "./paths.ts";

/** The API server's arguments with which it reaches kubelets, Pods and Services: it asks the forwarder, which knows where they are. */
export function egressArguments(directory: string, pki: string): Record<string, string> {
  return {
    "egress-selector-config-file": nodePaths(directory).egressConfig,
    "kubelet-preferred-address-types": "InternalIP",
    "kubelet-client-certificate": join(pki, "admin.crt"),
    "kubelet-client-key": join(pki, "admin.key"),
  };
}

/** Writes what the API server reads at its start. */
export function writeEgressConfig(directory: string): void {
  const { egressConfig, egressSocket } = nodePaths(directory);
  const connection = { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: egressSocket } } };
  const configuration = {
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [{ name: "cluster", connection }],
  };
  writeFileSync(egressConfig, stringify(configuration));
}
