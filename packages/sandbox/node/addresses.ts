/**
 * Addresses inside the node's own network namespace, the same for every cluster, since namespaces do not see each other. The node's
 * is of a documentation range (RFC 5737): kubelet refuses a loopback address.
 */
export const nodeAddress = "203.0.113.1";
/** Cluster DNS: the tenth address of the API server's Service range. */
export const dnsAddress = "10.96.0.10";
export const podRange = "10.244.0.0/24";
/** What kube-apiserver is told with `--service-cluster-ip-range`. */
export const serviceRange = "10.96.0.0/16";
/** Port of kubelet's API. */
export const kubeletPort = 10250;
/** Name of the Node. */
export const nodeName = "real-0";
/** Label of the Node, and taint that keeps all Pods away which do not ask for it. */
export const realNodeLabel = { key: "genai.platform/node", value: "real" };

/** Whether an address is inside the node's network namespace, rather than on the host. */
export function isInside(address: string): boolean {
  return address === nodeAddress || address.startsWith("10.96.") || address.startsWith("10.244.");
}
