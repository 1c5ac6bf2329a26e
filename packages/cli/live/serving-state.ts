import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesClient } from "@genai/sandbox";

/** A Pod of a served model. */
export interface ServingPod {
  name: string;
  uid: string;
  node: string;
  restarts: number;
  created: Date;
}

/** How a model is served at one moment. */
export interface ServingState {
  /** Its Pods that are not on their way out, oldest first. */
  pods: ServingPod[];
  /** Addresses that its Service leads to. */
  endpoints: number;
  /** Replicas that its Deployment counts as available. */
  available: number;
  /** Pods that its disruption budget counts as healthy, and how many it wants at least. */
  healthy: number;
  wanted: number;
}

interface List<Item> {
  items: Item[];
}
interface Pod {
  metadata: { name: string; uid: string; creationTimestamp: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: { containerStatuses?: { restartCount: number }[] };
}
interface EndpointSlice {
  endpoints: { conditions: { ready?: boolean } }[] | null;
}

/** Asks the API server how the model `name` is served. */
export async function servingState(
  client: KubernetesClient,
  { namespace, name }: { namespace: string; name: string },
): Promise<ServingState> {
  const get = <Answer>(path: string, labelSelector?: string) =>
    client.request<Answer>("GET", path, labelSelector ? { query: { labelSelector } } : {});
  const [pods, slices, deployment, budget] = await Promise.all([
    get<List<Pod>>(`/api/v1/namespaces/${namespace}/pods`, `app.kubernetes.io/instance=${name}`),
    get<List<EndpointSlice>>(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      `kubernetes.io/service-name=${name}`,
    ),
    get<{ status: { availableReplicas?: number } }>(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`),
    get<{ status: { currentHealthy: number; desiredHealthy: number } }>(
      `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`,
    ),
  ]);
  return {
    pods: pods.items
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata, spec, status }) => ({
        name: metadata.name,
        uid: metadata.uid,
        node: spec.nodeName ?? "",
        restarts: status.containerStatuses?.[0]?.restartCount ?? 0,
        created: new Date(metadata.creationTimestamp),
      }))
      .toSorted((one, other) => one.created.getTime() - other.created.getTime()),
    endpoints: slices.items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready)
      .length,
    available: deployment.status.availableReplicas ?? 0,
    healthy: budget.status.currentHealthy,
    wanted: budget.status.desiredHealthy,
  };
}

/** Looks again and again, from before `act` until it has ended. */
export async function sampled<Sample, Result>(
  look: () => Promise<Sample>,
  act: () => Promise<Result>,
): Promise<{ samples: Sample[]; result: Result }> {
  const samples = [await look()];
  let done = false;
  const looking = async () => {
    while (!done) {
      samples.push(await look());
      await delay(150);
    }
  };
  const acting = act().finally(() => (done = true));
  const [result] = await Promise.all([acting, looking()]);
  return { samples, result };
}
