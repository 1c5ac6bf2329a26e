import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { execa } from "execa";
import { clusterStatus, deleteCluster, processNames, readCluster, startCluster } from "../lifecycle.ts";
import type { Cluster, ClusterOptions } from "../options.ts";
import { clusterPaths } from "../paths.ts";
import {
  cpuPool,
  clusterOptions,
  deployment,
  eventually,
  gpuPool,
  listeners,
  programs,
  removeCluster,
  withClient,
} from "./fixtures.ts";
import {
  asOwner,
  asStranger,
  canBeStranger,
  certificateOf,
  etcdRequests,
  openToStrangers,
  processesSeen,
  statusFor,
} from "./stranger.ts";

interface List {
  items: {
    metadata: { name: string; uid: string };
    spec: { nodeName?: string };
    status: { phase?: string; allocatable: Record<string, string>; conditions?: { type: string; status: string }[] };
  }[];
}

const permissions = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe("an embedded cluster", () => {
  let options: ClusterOptions;
  let cluster: Cluster;
  const realHome = process.env["HOME"];
  const list = (path: string, query?: Record<string, string>) =>
    withClient(cluster, (client) => client.request<List>("GET", path, { query }));
  const webPods = async () => (await list("/api/v1/namespaces/default/pods", { labelSelector: "app=web" })).items;
  const nodeNames = async () => (await list("/api/v1/nodes")).items.map(({ metadata }) => metadata.name).toSorted();

  before(async () => {
    options = await clusterOptions("dev");
    const home = join(options.directory, "..", "home");
    await mkdir(join(home, ".kube"), { recursive: true });
    await writeFile(join(home, ".kube", "config"), "mine");
    process.env["HOME"] = home;
    cluster = await startCluster(options);
  });

  after(async () => {
    process.env["HOME"] = realHome;
    await removeCluster(options);
  });

  it("runs every component, with nodes Ready and their GPUs allocatable", async () => {
    assert.deepEqual(await programs(options.directory), processNames({}).toSorted());
    const { items } = await list("/api/v1/nodes");
    assert.deepEqual(
      items.map(({ metadata, status }) => [metadata.name, status.allocatable["nvidia.com/gpu"]]),
      [
        ["a10-0", "4"],
        ["a10-1", "4"],
        ["cpu-0", undefined],
      ],
    );
    for (const { status } of items) {
      assert.ok(status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"));
    }
  });

  it("keeps its files private and leaves the user's own kubeconfig alone", async () => {
    assert.equal(await permissions(options.directory), "700");
    assert.equal(await permissions(cluster.kubeconfig), "600");
    const kube = join(process.env["HOME"] ?? "", ".kube");
    assert.deepEqual(await readdir(kube), ["config"]);
    assert.equal(await readFile(join(kube, "config"), "utf8"), "mine");
  });

  it("cannot be taken for another cluster: context, server and marker name it", async () => {
    assert.equal(cluster.context, options.name);
    assert.match(cluster.server, /^https:\/\/127\.0\.0\.1:\d+$/);
    const { stdout } = await execa(options.tools.kubectl.path, [
      "config",
      "current-context",
      "--kubeconfig",
      cluster.kubeconfig,
    ]);
    assert.equal(stdout, options.name);
    const path = "/api/v1/namespaces/kube-system/configmaps/genai-sandbox";
    const marker = await withClient(cluster, (client) => client.request<{ data: Record<string, string> }>("GET", path));
    assert.equal(marker.data["name"], options.name);
    assert.equal(marker.data["checkout"], options.directory);
  });

  it("listens on the loopback interface only", async function () {
    if (process.platform !== "linux") return this.skip();
    const listening = await listeners(options.directory);
    assert.equal(listening.length, 7);
    assert.deepEqual([...new Set(listening.map(({ address }) => address))], ["0100007F"]);
  });

  it("is closed to other users of the machine", async function () {
    if (!canBeStranger) return this.skip();
    const body = { apiVersion: "v1", kind: "Secret", metadata: { name: "private" }, stringData: { key: "s3cret" } };
    await withClient(cluster, (client) => client.request("POST", "/api/v1/namespaces/default/secrets", { body }));
    const requests = await etcdRequests(options, "/registry/secrets/default/private");
    assert.equal(requests.length, 4);
    for (const { read, write } of requests) {
      assert.equal(await statusFor(asStranger, ...read), 0, read.at(-1));
      assert.equal(await statusFor(asStranger, ...write), 0, write.at(-1));
    }
    const { stdout } = await asOwner("curl", "--silent", ...certificateOf(options), ...(requests[0]?.read ?? []));
    const { kvs } = JSON.parse(stdout) as { kvs: { value: string }[] };
    assert.match(Buffer.from(kvs[0]?.value ?? "", "base64").toString(), /s3cret/);

    for (const path of ["/api/v1/secrets", "/api", "/metrics"])
      assert.equal(await statusFor(asStranger, `${cluster.server}${path}`), 403);
    // KWOK asks nobody who they are; where there is no real node it has to listen where all can come.
    assert.deepEqual(
      (await openToStrangers(options.directory)).filter((answer) => !answer.startsWith("kwok-controller: ")),
      [],
    );
    assert.deepEqual(
      [...new Set((await openToStrangers(options.directory)).map((answer) => answer.split(" ").at(-1)))].toSorted(),
      ["/discovery/prometheus", "/metrics"],
    );
  });

  it("keeps files and environments from other users of the machine", async function () {
    if (!canBeStranger) return this.skip();
    const { stdout, exitCode } = await asStranger("find", options.directory);
    assert.deepEqual([stdout, exitCode], [options.directory, 1]);
    const { pki, data, logs, kwokctlRecord } = clusterPaths(options.directory, options.name);
    const files = [
      cluster.kubeconfig,
      join(pki, "admin.key"),
      join(data, "member/snap/db"),
      join(logs, "etcd.log"),
      kwokctlRecord,
    ];
    for (const file of files) {
      assert.equal((await asOwner("cat", file)).exitCode, 0, file);
      assert.equal((await asStranger("cat", file)).exitCode, 1, file);
    }
    const { commands, environments } = await processesSeen(options.directory);
    assert.match(commands, /etcd/);
    assert.doesNotMatch(commands, /BEGIN|s3cret/);
    assert.equal(environments, 0);
  });

  it("changes nothing when started again", async () => {
    const before = [await clusterStatus(options.directory), await list("/api/v1/nodes")] as const;
    const messages: string[] = [];
    assert.deepEqual(await startCluster({ ...options, onProgress: (message) => messages.push(message) }), cluster);
    assert.deepEqual(messages, []);
    const after = [await clusterStatus(options.directory), await list("/api/v1/nodes")] as const;
    assert.deepEqual(after[0], before[0]);
    assert.deepEqual(
      after[1].items.map(({ metadata }) => metadata.uid),
      before[1].items.map(({ metadata }) => metadata.uid),
    );
    assert.deepEqual(await readCluster(options.directory), cluster);
  });

  it("keeps Deployments running, completes Jobs and ends Pods gracefully", async () => {
    const job = { spec: { containers: [{ name: "main", image: "example.test/none" }], restartPolicy: "Never" } };
    await withClient(cluster, async (client) => {
      await client.request("POST", "/apis/apps/v1/namespaces/default/deployments", { body: deployment("web", 2) });
      await client.request("POST", "/apis/batch/v1/namespaces/default/jobs", {
        body: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "once" }, spec: { template: job } },
      });
      await eventually(async () => {
        const path = "/apis/batch/v1/namespaces/default/jobs/once";
        const { status } = await client.request<{ status: { succeeded?: number } }>("GET", path);
        return status.succeeded;
      });
    });
    const web = await eventually(async () => {
      const items = await webPods();
      return items.length === 2 && items.every(({ status }) => status.phase === "Running") ? items : undefined;
    });
    assert.ok(
      web.every(({ spec }) => spec.nodeName === "cpu-0"),
      "the GPU nodes' taint keeps other Pods away",
    );
    const [first] = web;
    const path = `/api/v1/namespaces/default/pods/${first?.metadata.name}`;
    await withClient(cluster, (client) => client.request("DELETE", path));
    await eventually(async () => {
      const items = await webPods();
      const gone = items.every(({ metadata }) => metadata.uid !== first?.metadata.uid);
      return gone && items.length === 2 ? items : undefined;
    });
  });

  it("follows its pools: adds, replaces and removes nodes, and what ran on them moves", async () => {
    const pools = [
      { ...gpuPool, nodes: 3 },
      { ...cpuPool, name: "general", nodes: 2 },
    ];
    await startCluster({ ...options, pools });
    assert.deepEqual(await nodeNames(), ["a10-0", "a10-1", "a10-2", "general-0", "general-1"]);
    const moved = await eventually(async () => {
      const items = await webPods();
      const running = items.filter(({ status }) => status.phase === "Running");
      return running.length === 2 && items.length === 2 ? running : undefined;
    }, 10);
    assert.ok(moved.every(({ spec }) => spec.nodeName?.startsWith("general-")));
    await startCluster(options);
    assert.deepEqual(await nodeNames(), ["a10-0", "a10-1", "cpu-0"]);
  });

  it("reports usage: kubectl top has data and an autoscaler on CPU acts on it", async () => {
    const scaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        minReplicas: 2,
        maxReplicas: 5,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 10 } } },
        ],
      },
    };
    const path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    await withClient(cluster, (client) => client.request("POST", path, { body: scaler }));
    const top = await eventually(async () => {
      const args = ["top", "nodes", "--no-headers", "--kubeconfig", cluster.kubeconfig];
      const { stdout } = await execa(options.tools.kubectl.path, args, {
        env: { KUBECACHEDIR: join(options.directory, "cache") },
      });
      return /^cpu-0 +[1-9]\d*m/m.test(stdout) ? stdout : undefined;
    }, 90);
    assert.match(top, /^a10-0 /m);
    const replicas = await eventually(async () => {
      const web = "/apis/apps/v1/namespaces/default/deployments/web";
      const { spec } = await withClient(cluster, (client) =>
        client.request<{ spec: { replicas: number } }>("GET", web),
      );
      return spec.replicas > 2 ? spec.replicas : undefined;
    }, 90);
    assert.ok(replicas <= 5);
  }).timeout(180_000);

  it("is gone after it was deleted", async () => {
    await deleteCluster(options.directory);
    assert.deepEqual(await programs(options.directory), []);
    await assert.rejects(stat(options.directory), { code: "ENOENT" });
    assert.equal(await readCluster(options.directory), undefined);
    await deleteCluster(options.directory);
  });
});
