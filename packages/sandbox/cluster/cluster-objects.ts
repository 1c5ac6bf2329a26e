import pLimit from "p-limit";
import sandbox from "../package.json" with { type: "json" };
import { KubernetesClient, KubernetesError } from "../kubernetes/client.ts";
import { nodeChanges, poolHashAnnotation, poolLabel, type SimulatedNode } from "./nodes.ts";
import { ClusterError } from "./options.ts";

/** Enough at once to keep the API server busy, few enough to stay below its limits. */
const concurrency = 16;

interface ObjectMetadata {
  name: string;
  namespace?: string;
  annotations?: Record<string, string>;
}

const marker = { namespace: "kube-system", name: "genai-sandbox" };

/**
 * Makes sure that this API server is the sandbox's of this name: its ConfigMap `kube-system/genai-sandbox` says so, and is
 * written where it is missing.
 *
 * @throws {ClusterError} If it names another cluster.
 */
export async function markAsSandbox(client: KubernetesClient, name: string, directory: string): Promise<void> {
  const found = await orUndefined(
    client.request<{ data?: Record<string, string> }>(
      "GET",
      `/api/v1/namespaces/${marker.namespace}/configmaps/${marker.name}`,
    ),
  );
  if (found && found.data?.["name"] !== name) {
    throw new ClusterError(
      `The API server says that it is "${found.data?.["name"]}", not "${name}". Nothing was changed.`,
    );
  }
  if (found) return;
  await client.request("POST", `/api/v1/namespaces/${marker.namespace}/configmaps`, {
    body: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: marker,
      data: { name, checkout: directory, createdBy: `${sandbox.name} ${sandbox.version}` },
    },
  });
}

/** Makes the nodes those that the pools ask for, and waits until the new ones are Ready. Answers how many it changed. */
export async function reconcileNodes(
  client: KubernetesClient,
  wanted: SimulatedNode[],
  signal?: AbortSignal,
): Promise<number> {
  const nodes = await client.request<{ items: { metadata: ObjectMetadata }[] }>("GET", "/api/v1/nodes", {
    query: { labelSelector: poolLabel },
    signal,
  });
  const existing = nodes.items.map(({ metadata }) => ({
    name: metadata.name,
    hash: metadata.annotations?.[poolHashAnnotation],
  }));
  const { create, remove } = nodeChanges(existing, wanted);
  const limit = pLimit(concurrency);
  await limit.map(remove, (name) => removeNode(client, name, signal));
  await limit.map(create, (body) => client.request("POST", "/api/v1/nodes", { body, signal }));
  await nodesReady(client, new Set(create.map(({ metadata }) => metadata.name)), signal);
  return create.length + remove.length;
}

/** Removes a node and its Pods at once; by itself the garbage collector takes a minute to see that they are gone. */
export async function removeNode(client: KubernetesClient, name: string, signal?: AbortSignal): Promise<void> {
  await orUndefined(client.request("DELETE", `/api/v1/nodes/${name}`, { signal }));
  const pods = await client.request<{ items: { metadata: Required<ObjectMetadata> }[] }>("GET", "/api/v1/pods", {
    query: { fieldSelector: `spec.nodeName=${name}` },
    signal,
  });
  const limit = pLimit(concurrency);
  await limit.map(pods.items, ({ metadata }) =>
    orUndefined(
      client.request("DELETE", `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`, {
        query: { gracePeriodSeconds: "0" },
        signal,
      }),
    ),
  );
}

async function nodesReady(client: KubernetesClient, names: Set<string>, signal?: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  while (names.size > 0) {
    if (deadline.aborted) throw new ClusterError(`Simulated nodes are not Ready after 60 s: ${[...names].join(", ")}.`);
    const { items } = await client.request<{ items: NodeWithConditions[] }>("GET", "/api/v1/nodes", {
      query: { labelSelector: poolLabel },
      signal,
    });
    for (const { metadata, status } of items) {
      if (status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"))
        names.delete(metadata.name);
    }
    if (names.size > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface NodeWithConditions {
  metadata: ObjectMetadata;
  status: { conditions?: { type: string; status: string }[] };
}

/** The answer, or undefined where there is no such object. */
export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) return undefined;
    throw error;
  }
}

/** Makes an object of the sandbox's own, or makes it what it should be. */
export async function apply(client: KubernetesClient, path: string, body: object): Promise<void> {
  const query = { fieldManager: "genai-sandbox", force: "true" };
  await client.request("PATCH", path, { body, contentType: "application/apply-patch+yaml", query });
}
