import type { KubernetesClient } from "../kubernetes/client.ts";
import { dnsAddress, nodeAddress, nodeName } from "./addresses.ts";

const name = "kube-dns";
const namespace = "kube-system";
const labels = { "k8s-app": name };
const ports = (["UDP", "TCP"] as const).map((protocol) => ({
  name: `dns-${protocol.toLowerCase()}`,
  port: 53,
  protocol,
}));

/** The address of cluster DNS, behind which CoreDNS answers as a process of the node. */
const dnsObjects = [
  {
    path: `/api/v1/namespaces/${namespace}/services/${name}`,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: { clusterIP: dnsAddress, ports },
    },
  },
  {
    path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${name}`,
    object: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, namespace, labels: { ...labels, "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports,
      endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
    },
  },
];

/** Makes sure that Pods find cluster DNS under its address. */
export async function applyDns(client: KubernetesClient): Promise<void> {
  for (const { path, object } of dnsObjects) await apply(client, path, object);
}

/** Makes an object, or makes it what it should be. */
export async function apply(client: KubernetesClient, path: string, body: object): Promise<void> {
  const query = { fieldManager: "genai-sandbox", force: "true" };
  await client.request("PATCH", path, { body, contentType: "application/apply-patch+yaml", query });
}

/**
 * Lets the node offer as many GPUs as all pools have together: stand-ins of GPU programs count against quota and capacity as the
 * programs themselves would. kubelet keeps what others offer in its name, until it starts anew.
 */
export async function offerGpus(client: KubernetesClient, gpus: number): Promise<void> {
  const offered = { "nvidia.com/gpu": String(gpus) };
  const body = { status: { capacity: offered, allocatable: offered } };
  await client.request("PATCH", `/api/v1/nodes/${nodeName}/status`, {
    body,
    contentType: "application/merge-patch+json",
  });
}
