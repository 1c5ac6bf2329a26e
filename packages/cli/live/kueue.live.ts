import type { KubernetesObject } from "@genai/core";
import { readStackFile } from "@genai/platform";
import { deleteCluster, KubernetesClient, resolveToolchain, startCluster } from "@genai/sandbox";
import { assert, temporaryDirectory } from "@genai/testing";
import { join } from "node:path";
import { renderStack } from "../render.ts";
import { apply } from "./apply.ts";
import { startKueue } from "./kueue.ts";
import { eventually, type Program } from "./programs.ts";

// Of eight GPUs chat takes one or two. Beside its largest, research's quota leaves two, and support's four; the one that is left is on loan.
const stackFile = `
config:
  genai:version: 2
  genai:cluster:
    pools:
      - { name: system, nodes: 1, cpu: "16", memory: 64Gi }
      - { name: a10, gpu: A10, gpusPerNode: 4, nodes: 2, cpu: "48", memory: 192Gi }
  genai:tenants:
    research: { gpus: 4, cpu: "48", memory: 192Gi, pods: 50, owners: [{ kind: Group, name: leads }] }
    support: { gpus: 4, cpu: "48", memory: 192Gi, pods: 50, owners: [{ kind: Group, name: leads }] }
  genai:models:
    chat: { model: Qwen/Qwen3-8B, tenant: research, pool: a10, maxReplicas: 2, contextLength: 16384 }
  genai:scheduling: { kueue: { enabled: true, version: "0.17" } }
`;

const kueueGroup = "/apis/kueue.x-k8s.io/v1beta2";

interface Job {
  spec: { suspend?: boolean };
  status?: { active?: number };
}
interface Usage {
  name: string;
  resources: { name: string; total: string; borrowed?: string }[];
}
interface Workload {
  metadata: { ownerReferences?: { name: string }[] };
  status?: { conditions?: { type: string; status: string; reason: string; message: string }[] };
}

describe("batch work in queues of the real Kueue", function () {
  // The first run builds the controller, which takes a quarter of an hour on two busy cores.
  this.timeout(1_800_000);
  const directory = temporaryDirectory("kueue");
  const clusterDirectory = join(directory, "cluster");
  let client: KubernetesClient;
  let kueue: Program | undefined;
  let rendered: KubernetesObject[];

  before(async () => {
    const { config, problems } = readStackFile(stackFile);
    assert.deepEqual(problems, []);
    assert.ok(config);
    rendered = await renderStack(config, "test");
    const pools = config.cluster.pools.map(({ name, gpu, gpusPerNode, nodes, cpu, memory, taints }) => {
      return { name, gpu, gpusPerNode, nodes, cpu, memory, taints };
    });
    const tools = await resolveToolchain();
    const cluster = await startCluster({ directory: clusterDirectory, name: "genai-kueue-test", pools, tools });
    client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
    kueue = await startKueue(client, cluster.kubeconfig, directory);
  });
  after(async () => {
    await kueue?.stop();
    client?.close();
    await deleteCluster(clusterDirectory);
  });

  const within = <Found>(look: () => Promise<Found | undefined>) =>
    eventually(look, { seconds: 60, explain: () => kueue?.log() ?? "" });
  const read = <Answer>(path: string) => client.request<Answer>("GET", path);
  const jobPath = (tenant: string, name: string) => `/apis/batch/v1/namespaces/tenant-${tenant}/jobs/${name}`;
  const borrowedBy = async (tenant: string) => {
    const path = `${kueueGroup}/clusterqueues/genai-${tenant}`;
    const { status } = await read<{ status: { flavorsUsage?: Usage[] } }>(path);
    const gpus = status.flavorsUsage
      ?.find(({ name }) => name === "genai-a10")
      ?.resources.find(({ name }) => name === "nvidia.com/gpu");
    return gpus && { total: Number(gpus.total), borrowed: Number(gpus.borrowed ?? 0) };
  };
  /** As a person of the tenant's writes it: a queue and a request, nothing of pools, labels or taints. */
  const submit = (tenant: string, name: string, gpus: number) =>
    apply(client, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace: `tenant-${tenant}`, labels: { "kueue.x-k8s.io/queue-name": "batch" } },
      spec: {
        parallelism: gpus,
        // Simulated containers end at once; the next ones keep the GPUs.
        completions: 100_000,
        template: {
          spec: {
            priorityClassName: "genai-batch",
            restartPolicy: "Never",
            securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: "train",
                image: "example.test/train:1",
                resources: {
                  requests: { cpu: "1", memory: "1Gi", "nvidia.com/gpu": "1" },
                  limits: { memory: "1Gi", "nvidia.com/gpu": "1" },
                },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              },
            ],
          },
        },
      },
    });
  const untilRuns = (tenant: string, name: string, runs: boolean) =>
    within(async () => {
      const job = await read<Job>(jobPath(tenant, name));
      return (job.spec.suspend === false) === runs && (job.status?.active ?? 0) > 0 === runs ? job : undefined;
    });

  it("takes every object of the program's, CRDs and webhooks agreeing, and finds every queue ready", async () => {
    const wanted = ["Namespace", "PriorityClass", "ResourceQuota", "LimitRange"];
    const isKueue = ({ apiVersion }: KubernetesObject) => apiVersion === "kueue.x-k8s.io/v1beta2";
    const prepared = rendered.filter(({ kind }) => wanted.includes(kind));
    for (const kind of wanted) {
      for (const object of prepared.filter((each) => each.kind === kind)) await apply(client, object);
    }
    const objects = rendered.filter(isKueue);
    assert.equal(objects.length, 1 + 2 + 2 + 2 + 2, "cohort, flavors, priorities, queues and doors");
    // The controller's webhooks answer a moment after it has its certificate.
    await within(() => apply(client, objects[0] ?? {}).then(() => true));
    for (const object of objects) await apply(client, object);
    for (const tenant of ["research", "support"]) {
      await within(async () => {
        const queue = await read<Workload>(`${kueueGroup}/clusterqueues/genai-${tenant}`);
        return (
          queue.status?.conditions?.some(({ type, status }) => type === "Active" && status === "True") || undefined
        );
      });
    }
  });

  it("lets a Job use its tenant's own GPUs, what services leave and what another tenant does not use", async () => {
    await submit("research", "train", 5);
    await untilRuns("research", "train", true);
    const usage = await within(async () => {
      const found = await borrowedBy("research");
      return found?.total === 5 ? found : undefined;
    });
    assert.deepEqual(usage, { total: 5, borrowed: 3 });
    const pods = await within(async () => {
      const list = await read<{ items: { spec: { nodeName?: string; tolerations?: { key?: string }[] } }[] }>(
        "/api/v1/namespaces/tenant-research/pods",
      );
      return list.items.some(({ spec }) => spec.nodeName) ? list.items : undefined;
    });
    const nodes = new Set(pods.flatMap(({ spec }) => spec.nodeName?.replace(/-\d+$/, "") ?? []));
    assert.deepEqual([...nodes], ["a10"], "the queue chose the pool");
    assert.ok(pods.every(({ spec }) => spec.tolerations?.some(({ key }) => key === "nvidia.com/gpu")));
  });

  it("counts it in the quota of batch work, and leaves that of services alone", async () => {
    const used = async (name: string) => {
      const path = `/api/v1/namespaces/tenant-research/resourcequotas/${name}`;
      const { status } = await read<{ status?: { used?: Record<string, string> } }>(path);
      return status?.used?.["requests.nvidia.com/gpu"];
    };
    await within(async () => (Number(await used("tenant-batch-quota")) > 0 ? true : undefined));
    assert.equal(await used("tenant-quota"), "0");
  });

  it("suspends it again as soon as the other tenant claims its own, and lets it go on when that is done", async () => {
    await submit("support", "evaluate", 4);
    await untilRuns("support", "evaluate", true);
    assert.equal((await untilRuns("research", "train", false)).spec.suspend, true);
    const preempted = await within(async () => {
      const { items } = await read<{ items: Workload[] }>(`${kueueGroup}/namespaces/tenant-research/workloads`);
      return items.flatMap(({ status }) => status?.conditions ?? []).find(({ type }) => type === "Preempted");
    });
    assert.equal(preempted.reason, "InCohortReclamation", preempted.message);
    // The queue's own count follows a moment later.
    const usage = await within(async () => {
      const found = await borrowedBy("support");
      return found?.total === 4 ? found : undefined;
    });
    assert.equal(usage.borrowed, 0);
    await client.request("DELETE", jobPath("support", "evaluate"), { query: { propagationPolicy: "Background" } });
    await untilRuns("research", "train", true);
  });

  it("never admits what is more than all queues and the loan have together", async () => {
    await submit("support", "huge", 8);
    const pending = await within(async () => {
      const { items } = await read<{ items: Workload[] }>(`${kueueGroup}/namespaces/tenant-support/workloads`);
      const huge = items.find(({ metadata }) => metadata.ownerReferences?.some(({ name }) => name === "huge"));
      return huge?.status?.conditions?.find(({ type, status }) => type === "QuotaReserved" && status === "False");
    });
    assert.match(pending.message, /nvidia\.com\/gpu/);
    assert.equal((await read<Job>(jobPath("support", "huge"))).spec.suspend, true);
  });
});
