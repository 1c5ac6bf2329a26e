import { apply, orUndefined, removeNode } from "../cluster/cluster-objects.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { dnsAddress, nodeAddress, nodeName, realNodeLabel } from "./addresses.ts";
import { type RealPods, removePodPolicy } from "./pod-policy.ts";

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

interface Container {
  image: string;
  env?: { valueFrom?: { secretKeyRef?: { name: string } } }[];
}

interface Pod {
  metadata: { name: string; namespace: string; ownerReferences?: { kind: string }[] };
  spec: {
    nodeName?: string;
    nodeSelector?: Record<string, string>;
    containers: Container[];
    initContainers?: Container[];
  };
}

/**
 * Lets owners make those Pods anew that are in the wrong place: simulated before the node had their images, or on the node without what
 * they need. A DaemonSet's are bound to their nodes.
 */
export async function renewMisplacedPods(
  client: KubernetesClient,
  { images, absentSecrets = [] }: RealPods,
): Promise<void> {
  const { items } = await client.request<{ items: Pod[] }>("GET", "/api/v1/pods");
  const fits = ({ image, env = [] }: Container) =>
    images.includes(image) && !env.some(({ valueFrom }) => absentSecrets.includes(valueFrom?.secretKeyRef?.name ?? ""));
  const misplaced = items.filter(
    ({ metadata, spec }) =>
      spec.nodeName !== undefined &&
      metadata.ownerReferences?.some(({ kind }) => kind !== "DaemonSet") &&
      (spec.nodeName === nodeName) !== [...spec.containers, ...(spec.initContainers ?? [])].every(fits),
  );
  for (const { metadata } of misplaced)
    await orUndefined(client.request("DELETE", `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`));
}

/** Takes the policy, the node and the Pods that were sent to it out of a cluster that goes on without it. */
export async function withdrawRealNode(client: KubernetesClient): Promise<void> {
  await removePodPolicy(client);
  const { items } = await client.request<{ items: Pod[] }>("GET", "/api/v1/pods");
  const waiting = items.filter(
    ({ spec }) => !spec.nodeName && spec.nodeSelector?.[realNodeLabel.key] === realNodeLabel.value,
  );
  for (const { metadata } of waiting)
    await orUndefined(client.request("DELETE", `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`));
  if (await orUndefined(client.request("GET", `/api/v1/nodes/${nodeName}`))) await removeNode(client, nodeName);
}
