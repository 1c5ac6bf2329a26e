/**
 * Addresses inside the node's own network namespace, the same for every cluster, since namespaces do not see each other. The nodes'
 * are of a documentation range (RFC 5737): kubelet refuses a loopback address.
 */
export const nodeAddress = "203.0.113.1";
/** Where KWOK listens, the kubelet of all simulated nodes. */
export const simulatedKubelet = { address: "203.0.113.2", port: 10_247 } as const;
/** Cluster DNS: the tenth address of the API server's Service range. */
export const dnsAddress = "10.96.0.10";
/** Where Pods find the API server: the first address of the Service range. */
export const apiServiceAddress = "10.96.0.1";
export const podRange = "10.244.0.0/24";
/** What kube-apiserver is told with `--service-cluster-ip-range`; its default, a /24, is full after 254 Services. */
export const serviceRange = "10.96.0.0/16";
/** Name of the Node. */
export const nodeName = "real-0";
/** Label of the Node, and taint that keeps all Pods away which do not ask for it. */
export const realNodeLabel = { key: "genai.platform/node", value: "real" };
