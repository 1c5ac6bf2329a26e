import { gpuResource } from "@genai/catalog";
import { tenantLabel } from "@genai/core";
import { imageRow, type KubernetesClient, realNodeLabel } from "@genai/sandbox";
import { Table } from "console-table-printer";

/** What runs on a cluster, as `genai status --json` prints it. */
export interface PlatformStatus {
  workloads: WorkloadStatus[];
  gpus: { used: number; total: number };
  /** Whether no container really runs: all nodes are simulated. */
  simulated: boolean;
}

/** What the Pods of a workload do: run the program, run another in its place, run nothing; or each its own. */
export type WorkloadRuns = "real" | "stand-in" | "simulated" | "partly real";

export interface WorkloadStatus {
  name: string;
  namespace: string;
  kind: "Deployment" | "DaemonSet" | "StatefulSet";
  tenant?: string;
  ready: number;
  /** Of a workload with an autoscaler at least its `minReplicas`, whether or not it has acted yet. */
  desired: number;
  gpus: number;
  /** Undefined while it has no Pod on a node. */
  runs?: WorkloadRuns;
  /** Where pods of the cluster reach it. */
  endpoint?: string;
  /** Why it is not Ready, in the cluster's words. */
  reason?: string;
}

interface Metadata {
  name: string;
  namespace: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
interface Pod {
  metadata: Metadata;
  spec: { nodeName?: string; containers: { image?: string; resources?: { requests?: Record<string, string> } }[] };
  status: { phase: string; conditions?: { type: string; status: string; message?: string }[] };
}
interface Workload {
  metadata: Metadata;
  spec: { replicas?: number; selector: { matchLabels?: Record<string, string> } };
  status: { readyReplicas?: number; numberReady?: number; desiredNumberScheduled?: number };
}
interface Service {
  metadata: Metadata;
  spec: { selector?: Record<string, string>; ports?: { port: number; appProtocol?: string }[] };
}
interface Autoscaler {
  metadata: Metadata;
  spec: { minReplicas?: number; scaleTargetRef: { kind: string; name: string } };
}
interface Node {
  metadata: Metadata;
  status: { allocatable?: Record<string, string> };
}

const ours = "labelSelector=app.kubernetes.io%2Fpart-of%3Dgenai";

/** Reads what the platform has running. */
export async function readStatus(client: KubernetesClient): Promise<PlatformStatus> {
  const list = async <T>(path: string): Promise<T[]> => (await client.request<{ items: T[] }>("GET", path)).items;
  const [deployments, daemonSets, statefulSets, autoscalers, pods, services, nodes] = await Promise.all([
    list<Workload>(`/apis/apps/v1/deployments?${ours}`),
    list<Workload>(`/apis/apps/v1/daemonsets?${ours}`),
    list<Workload>(`/apis/apps/v1/statefulsets?${ours}`),
    list<Autoscaler>(`/apis/autoscaling/v2/horizontalpodautoscalers?${ours}`),
    list<Pod>("/api/v1/pods"),
    list<Service>(`/api/v1/services?${ours}`),
    list<Node>("/api/v1/nodes"),
  ]);
  const simulatedNodes = new Set(nodes.filter(isSimulated).map(({ metadata }) => metadata.name));
  const of = (kind: WorkloadStatus["kind"], items: Workload[]) =>
    items.map((item) => workloadStatus(kind, item, { autoscalers, pods, services, simulatedNodes }));
  return {
    workloads: [...of("Deployment", deployments), ...of("StatefulSet", statefulSets), ...of("DaemonSet", daemonSets)],
    gpus: {
      used: sum(
        pods.filter((pod) => pod.spec.nodeName && !["Succeeded", "Failed"].includes(pod.status.phase)).map(podGpus),
      ),
      // The embedded cluster's real node only lends what the simulated ones have.
      total: sum(
        nodes.filter((node) => !isRealNode(node)).map((node) => Number(node.status.allocatable?.[gpuResource] ?? 0)),
      ),
    },
    simulated: nodes.length > 0 && nodes.every(isSimulated),
  };
}

function isSimulated({ metadata }: Node): boolean {
  return metadata.annotations?.["kwok.x-k8s.io/node"] === "fake";
}

function isRealNode({ metadata }: Node): boolean {
  return metadata.labels?.[realNodeLabel.key] === realNodeLabel.value;
}

function runsOf(pods: readonly Pod[], simulatedNodes: ReadonlySet<string>): WorkloadRuns | undefined {
  const placed = pods.filter(({ spec }) => spec.nodeName);
  const real = placed.filter(({ spec }) => !simulatedNodes.has(spec.nodeName ?? ""));
  if (placed.length === 0) return undefined;
  if (real.length === 0) return "simulated";
  if (real.length < placed.length) return "partly real";
  const standIn = ({ image }: { image?: string }) => image && imageRow(image)?.workload === "stand-in";
  return real.some(({ spec }) => spec.containers.some(standIn)) ? "stand-in" : "real";
}

function workloadStatus(
  kind: WorkloadStatus["kind"],
  item: Workload,
  {
    autoscalers,
    pods,
    services,
    simulatedNodes,
  }: { autoscalers: Autoscaler[]; pods: Pod[]; services: Service[]; simulatedNodes: ReadonlySet<string> },
): WorkloadStatus {
  const { name, namespace, labels } = item.metadata;
  const own = pods.filter(
    (pod) => pod.metadata.namespace === namespace && matches(item.spec.selector.matchLabels, pod.metadata.labels),
  );
  const service = services.find(
    (candidate) =>
      candidate.metadata.namespace === namespace &&
      own.some((pod) => matches(candidate.spec.selector, pod.metadata.labels)),
  );
  // What the owner last saw may be gone, as after a node was taken away.
  const placed = own.filter(({ spec }) => spec.nodeName).length;
  const ready = Math.min(placed, (kind === "DaemonSet" ? item.status.numberReady : item.status.readyReplicas) ?? 0);
  const desired =
    kind === "DaemonSet"
      ? (item.status.desiredNumberScheduled ?? 0)
      : Math.max(item.spec.replicas ?? 0, minimumReplicas(kind, item, autoscalers));
  const { port, appProtocol = "http" } = service?.spec.ports?.[0] ?? {};
  const failing = own
    .flatMap((pod) => pod.status.conditions ?? [])
    .find(({ status, message }) => status === "False" && message);
  return {
    name,
    namespace,
    kind,
    tenant: labels?.[tenantLabel],
    ready,
    desired,
    gpus: sum(own.filter((pod) => pod.spec.nodeName).map(podGpus)),
    runs: runsOf(own, simulatedNodes),
    endpoint:
      service && port ? `${appProtocol}://${service.metadata.name}.${namespace}.svc.cluster.local:${port}` : undefined,
    reason: ready < desired ? (failing?.message ?? "its Pods are still starting") : undefined,
  };
}

function minimumReplicas(kind: string, { metadata }: Workload, autoscalers: Autoscaler[]): number {
  const own = autoscalers.find(
    ({ metadata: { namespace }, spec: { scaleTargetRef } }) =>
      namespace === metadata.namespace && scaleTargetRef.kind === kind && scaleTargetRef.name === metadata.name,
  );
  return own?.spec.minReplicas ?? 0;
}

/** Whether everything that should run does. */
export function isHealthy(status: PlatformStatus): boolean {
  return status.workloads.every(({ ready, desired }) => ready >= desired);
}

/** The status as a table for people. */
export function statusTable(status: PlatformStatus): string {
  const table = new Table({
    shouldDisableColors: !process.stdout.isTTY,
    columns: [
      { name: "service", alignment: "left" },
      { name: "namespace", alignment: "left" },
      { name: "ready", alignment: "right" },
      { name: "GPUs", alignment: "right" },
      ...(status.simulated ? [] : [{ name: "runs", alignment: "left" } as const]),
      { name: "endpoint", alignment: "left" },
    ],
  });
  for (const workload of status.workloads) {
    table.addRow({
      service: workload.name,
      namespace: workload.namespace,
      ready: `${workload.ready}/${workload.desired}`,
      GPUs: workload.gpus || "",
      ...(status.simulated ? {} : { runs: workload.runs ?? "" }),
      endpoint: workload.endpoint ?? "",
    });
  }
  const reasons = status.workloads.filter(({ reason }) => reason).map(({ name, reason }) => `  ${name}: ${reason}`);
  return [
    table.render(),
    `GPUs: ${status.gpus.used} of ${status.gpus.total} used`,
    ...(reasons.length > 0 ? ["Not Ready:", ...reasons] : []),
  ].join("\n");
}

function podGpus(pod: Pod): number {
  return sum(pod.spec.containers.map(({ resources }) => Number(resources?.requests?.[gpuResource] ?? 0)));
}

function matches(selector: Record<string, string> | undefined, labels: Record<string, string> = {}): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
