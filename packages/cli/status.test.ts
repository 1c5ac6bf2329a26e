import { assert } from "@genai/testing";
import type { KubernetesClient } from "@genai/sandbox";
import { isHealthy, readStatus, statusTable } from "./status.ts";

const labels = { app: "chat" };
const pod = (name: string, more: object = {}) => ({
  metadata: { name, namespace: "tenant-research", labels },
  spec: { nodeName: "gpu-0", containers: [{ resources: { requests: { "nvidia.com/gpu": "2" } } }, {}] },
  status: { phase: "Running" },
  ...more,
});
const node = (name: string, annotations: object = { "kwok.x-k8s.io/node": "fake" }) => ({
  metadata: { name, annotations },
  status: { allocatable: { "nvidia.com/gpu": "4" } },
});
const deployment = (readyReplicas: number) => ({
  metadata: { name: "chat", namespace: "tenant-research", labels: { "genai.platform/tenant": "research" } },
  spec: { replicas: 2, selector: { matchLabels: labels } },
  status: { readyReplicas },
});
const service = {
  metadata: { name: "chat", namespace: "tenant-research" },
  spec: { selector: labels, ports: [{ port: 8000 }] },
};

/** A client that answers each collection, by the last part of its path. */
function clusterOf(collections: Record<string, object[]>): KubernetesClient {
  const request = (_: string, path: string) => {
    const name = path.replace(/\?.*/, "").split("/").at(-1) ?? "";
    return Promise.resolve({ items: collections[name] ?? [] });
  };
  return { request } as unknown as KubernetesClient;
}

describe("readStatus", () => {
  it("says where a workload is reached and which GPUs its scheduled Pods hold", async () => {
    const done = pod("done", { status: { phase: "Succeeded" } });
    const status = await readStatus(
      clusterOf({
        deployments: [deployment(2)],
        pods: [pod("one"), pod("two"), { ...done, metadata: { ...done.metadata, labels: {} } }],
        services: [service],
        nodes: [node("gpu-0"), node("gpu-1")],
      }),
    );
    assert.deepEqual(status.workloads, [
      {
        name: "chat",
        namespace: "tenant-research",
        kind: "Deployment",
        tenant: "research",
        ready: 2,
        desired: 2,
        gpus: 4,
        endpoint: "http://chat.tenant-research.svc.cluster.local:8000",
        reason: undefined,
        runs: "simulated",
      },
    ]);
    assert.deepEqual(status.gpus, { used: 4, total: 8 });
    assert.ok(status.simulated && isHealthy(status));
  });

  it("gives the cluster's reason for what is not Ready", async () => {
    const message = "0/4 nodes are available: 4 Insufficient nvidia.com/gpu.";
    const waiting = pod("waiting", {
      spec: { containers: [{ resources: { requests: { "nvidia.com/gpu": "2" } } }] },
      status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message }] },
    });
    const status = await readStatus(
      clusterOf({ deployments: [deployment(1)], pods: [pod("one"), waiting], nodes: [node("gpu-0", {})] }),
    );
    assert.ok(!isHealthy(status) && !status.simulated);
    assert.deepEqual(status.gpus, { used: 2, total: 4 });
    assert.match(statusTable(status), /Not Ready:\n {2}chat: 0\/4 nodes are available/);
  });

  it("waits for an autoscaler that has not raised the replicas to its minimum yet", async () => {
    const autoscaler = {
      metadata: { name: "chat", namespace: "tenant-research" },
      spec: { minReplicas: 3, scaleTargetRef: { kind: "Deployment", name: "chat" } },
    };
    const elsewhere = { ...autoscaler, metadata: { name: "chat", namespace: "tenant-other" } };
    const desired = async (...horizontalpodautoscalers: object[]) => {
      const status = await readStatus(
        clusterOf({ deployments: [deployment(2)], pods: [pod("one"), pod("two")], horizontalpodautoscalers }),
      );
      return [status.workloads[0]?.desired, isHealthy(status)];
    };
    assert.deepEqual(await desired(autoscaler), [3, false]);
    assert.deepEqual(await desired(elsewhere), [2, true]);
  });

  it("counts a DaemonSet by its nodes", async () => {
    const daemonSet = {
      ...deployment(0),
      spec: { selector: { matchLabels: labels } },
      status: { numberReady: 1, desiredNumberScheduled: 2 },
    };
    const { workloads } = await readStatus(clusterOf({ daemonsets: [daemonSet], pods: [pod("one")] }));
    assert.deepEqual(
      workloads.map(({ ready, desired, reason }) => [ready, desired, reason]),
      [[1, 2, "its Pods are still starting"]],
    );
  });
});
