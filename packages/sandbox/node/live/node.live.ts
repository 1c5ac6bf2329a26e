import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { assert } from "@genai/testing";
import { execa } from "execa";
import {
  clusterOptions,
  cpuPool,
  eventually,
  gpuPool,
  listeners,
  pids,
  programs,
  removeCluster,
  withClient,
} from "../../cluster/live/fixtures.ts";
import {
  asOwner,
  asStranger,
  etcdRequests,
  openToStrangers,
  processesSeen,
  statusFor,
} from "../../cluster/live/stranger.ts";
import { processNames, readCluster, startCluster, stopCluster } from "../../cluster/lifecycle.ts";
import type { Cluster, ClusterOptions } from "../../cluster/options.ts";
import { clusterPaths } from "../../cluster/paths.ts";
import { simulatedKubelet } from "../addresses.ts";
import { initProcessId } from "../namespaces.ts";
import { insidePaths, nodePaths } from "../paths.ts";
import { applyPodPolicy } from "../pod-policy.ts";
import { readProxyAccess } from "../proxy-access.ts";
import { realNodeParts } from "../requirements.ts";
import { claim, loadProbeServer, probeImage, probeServer, service } from "./fixtures.ts";

interface Pod {
  metadata: { name: string; uid: string };
  spec: { nodeName?: string };
  status: { containerStatuses?: { restartCount: number; ready: boolean }[] };
}

describe("a cluster with a real node", function () {
  this.timeout(180_000);
  let options: ClusterOptions;
  let cluster: Cluster;

  const kubectl = async (...args: string[]) =>
    (await execa(options.tools.kubectl.path, ["--kubeconfig", cluster.kubeconfig, ...args])).stdout;
  const post = (path: string, body: object) => withClient(cluster, (client) => client.request("POST", path, { body }));
  const pods = async (app: string): Promise<Pod[]> => {
    const path = "/api/v1/namespaces/default/pods";
    const query = { labelSelector: `app=${app}` };
    return (await withClient(cluster, (client) => client.request<{ items: Pod[] }>("GET", path, { query }))).items;
  };
  const ready = (app: string, count: number) =>
    eventually(async () => {
      const found = await pods(app);
      const all =
        found.length === count && found.every(({ status }) => status.containerStatuses?.every((c) => c.ready));
      return all ? found : undefined;
    }, 60);
  /** Asks through the cluster's proxy, by a name that only the cluster's DNS knows. */
  const ask = async (url: string): Promise<string> =>
    (
      await execa("curl", [
        "--silent",
        "--show-error",
        "--fail",
        "--max-time",
        "10",
        "--config",
        cluster.proxy ?? "",
        url,
      ])
    ).stdout;

  before(async () => {
    const parts = await realNodeParts({});
    if ("missing" in parts) throw new Error(`This machine runs no real node: ${parts.missing}`);
    options = { ...(await clusterOptions("real", [cpuPool, gpuPool])), realNode: parts, realNodeRequired: true };
    cluster = await startCluster(options);
    await loadProbeServer(options);
    await withClient(cluster, (client) =>
      applyPodPolicy(client, { images: [probeImage], absentSecrets: ["elsewhere"] }),
    );
    await post("/api/v1/namespaces/default/persistentvolumeclaims", claim("shared"));
    await post("/apis/apps/v1/namespaces/default/deployments", probeServer("web", 2));
    await post("/api/v1/namespaces/default/services", service("web"));
    await ready("web", 2);
  });

  after(() => removeCluster(options));

  it("runs every part, and offers the GPUs of all pools for stand-ins", async () => {
    const running = await programs(options.directory);
    for (const name of processNames({ realNode: true })) assert.ok(running.includes(name), name);
    const allocatable = await kubectl("get", "node", "real-0", "-o", "jsonpath={.status.allocatable.nvidia\\.com/gpu}");
    assert.equal(allocatable, "8");
  });

  it("moves Pods whose image it has from the hardware they ask for, with small requests and their GPUs", async () => {
    for (const pod of await pods("web")) assert.equal(pod.spec.nodeName, "real-0");
    const resources = await kubectl(
      "get",
      "pods",
      "-l",
      "app=web",
      "-o",
      "jsonpath={.items[0].spec.containers[0].resources}",
    );
    assert.deepEqual(JSON.parse(resources), {
      requests: { cpu: "50m", memory: "64Mi", "nvidia.com/gpu": "1" },
      limits: { memory: "1Gi", "nvidia.com/gpu": "1" },
    });
    // The owner is untouched: a second update finds nothing to change.
    const owner = await kubectl(
      "get",
      "deployment",
      "web",
      "-o",
      "jsonpath={.spec.template.spec.containers[0].resources.requests.cpu}",
    );
    assert.equal(owner, "6");
  });

  it("leaves Pods whose image it has not on simulated nodes", async () => {
    await post("/apis/apps/v1/namespaces/default/deployments", probeServer("else", 1, "example.test/else:1"));
    const nodeName = await eventually(async () => (await pods("else"))[0]?.spec.nodeName);
    assert.match(nodeName, /^a10-/);
  });

  it("leaves Pods that read a Secret which nobody made on simulated nodes too, where they are declared Ready", async () => {
    await post("/apis/apps/v1/namespaces/default/deployments", probeServer("token", 1, probeImage, "elsewhere"));
    const nodeName = await eventually(async () => (await pods("token"))[0]?.spec.nodeName);
    assert.match(nodeName, /^a10-/);
  });

  it("answers from outside by a Service's name, and Pods reach each other by it", async () => {
    const names = (await pods("web")).map(({ metadata }) => metadata.name);
    assert.ok(names.includes(await ask("http://web.default.svc.cluster.local/")));
    assert.ok(names.includes(await ask("http://web.default.svc.cluster.local/fetch?url=http://web/")));
    await assert.rejects(ask("http://127.0.0.1:1/"), /not an? address of the cluster|502|no address/);
  });

  it("is closed to other users of the machine: proxy, etcd, ports, sockets, namespaces", async () => {
    const url = "http://web.default.svc.cluster.local/";
    const { address, password } = readProxyAccess(cluster.proxy ?? "");
    assert.equal(await statusFor(asOwner, "--config", cluster.proxy ?? "", url), 200);
    const wrong = ["", "genai:", "genai:guess", `other:${password}`, `genai:${password} `];
    for (const user of [[], ...wrong.map((each) => ["--proxy-user", each])]) {
      assert.equal(await statusFor(asStranger, "--proxy", address, ...user, url), 407);
      const tunnel = ["--proxytunnel", "--silent", "--write-out", "%{http_connect}"];
      assert.equal((await asStranger("curl", ...tunnel, "--proxy", address, ...user, url)).stdout, "407");
    }
    for (const { read, write } of await etcdRequests(options, "/registry/secrets/default/private"))
      for (const request of [read, write]) assert.equal(await statusFor(asStranger, ...request), 0, request.at(-1));

    const listening = await listeners(options.directory);
    assert.deepEqual(listening.map(({ program }) => program).toSorted(), [
      "etcd",
      "etcd",
      "forwarder",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
    ]);
    assert.deepEqual([...new Set(listening.map(({ address }) => address))], ["0100007F"]);
    assert.deepEqual(await openToStrangers(options.directory), []);
    // KWOK, which asks nobody, is where Pods and the owner reach it.
    const { address: kubelet, port } = simulatedKubelet;
    assert.match(await ask(`http://${kubelet}:${port}/metrics/nodes/cpu-0/metrics/resource`), /^node_memory_working/m);

    const pid = await initProcessId(options.directory);
    const { egressSocket } = nodePaths(options.directory);
    const containerd = `/proc/${pid}/root${insidePaths.containerdSocket}`;
    for (const [program, ...args] of [
      ["curl", "--silent", "--unix-socket", egressSocket, url],
      ["ls", containerd],
      ["nsenter", `--target=${pid}`, "--net", "true"],
    ] as [string, ...string[]][]) {
      assert.equal((await asOwner(program, ...args)).exitCode, 0, program);
      assert.notEqual((await asStranger(program, ...args)).exitCode, 0, program);
    }
  });

  it("keeps files and environments from other users of the machine, and the token out of command lines", async () => {
    const { proxyAccess, proxyToken, kubeconfig } = clusterPaths(options.directory, options.name);
    for (const file of [proxyAccess, proxyToken, kubeconfig]) {
      assert.equal((await asOwner("cat", file)).exitCode, 0, file);
      assert.equal((await asStranger("cat", file)).exitCode, 1, file);
    }
    const { stdout, exitCode } = await asStranger("find", options.directory, nodePaths(options.directory).sockets);
    assert.equal(exitCode, 1);
    assert.equal(stdout, `${options.directory}\n${nodePaths(options.directory).sockets}`);
    const { commands, environments } = await processesSeen(options.directory);
    assert.match(commands, /forwarder/);
    assert.ok(!commands.includes(readProxyAccess(proxyAccess).password));
    assert.equal(environments, 0);
  });

  it("serves logs, exec and port-forward", async () => {
    const [pod] = await pods("web");
    const name = pod?.metadata.name ?? "";
    assert.equal(await kubectl("logs", name), "listening on 8080");
    assert.match(await kubectl("exec", name, "--", "/probe-server", "-version"), /^probe-server/);
    const forward = execa(
      options.tools.kubectl.path,
      ["--kubeconfig", cluster.kubeconfig, "port-forward", name, ":8080"],
      {
        reject: false,
      },
    );
    try {
      const line = await new Promise<string>((resolve) => forward.stdout.once("data", (data) => resolve(String(data))));
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      assert.equal((await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim(), name);
    } finally {
      forward.kill();
      await forward;
    }
  });

  it("restarts a container whose liveness probe fails, and only that one", async () => {
    const [sick, well] = (await pods("web")).map(({ metadata }) => metadata.name);
    await kubectl("exec", sick ?? "", "--", "/probe-server", "-get", "http://127.0.0.1:8080/sicken");
    await eventually(async () => {
      const pod = (await pods("web")).find(({ metadata }) => metadata.name === sick);
      return pod?.status.containerStatuses?.[0]?.restartCount === 1 || undefined;
    });
    await ready("web", 2);
    const other = (await pods("web")).find(({ metadata }) => metadata.name === well);
    assert.equal(other?.status.containerStatuses?.[0]?.restartCount, 0);
  });

  it("drops no request in a rolling update under load", async () => {
    const before = (await pods("web")).map(({ metadata }) => metadata.uid);
    let failed = 0;
    let answered = 0;
    let done = false;
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!done && answered < 5000) {
          await ask("http://web.default.svc.cluster.local/").then(
            () => answered++,
            () => failed++,
          );
        }
      }),
    );
    await kubectl("set", "env", "deployment/web", "ROUND=2");
    await kubectl("rollout", "status", "deployment/web", "--timeout=90s");
    await delay(1000);
    done = true;
    await load;
    const after = (await ready("web", 2)).map(({ metadata }) => metadata.uid);
    assert.ok(after.every((uid) => !before.includes(uid)));
    assert.equal(failed, 0, `${failed} of ${failed + answered} requests failed`);
    assert.ok(answered > 50, `${answered} requests`);
  });

  it("keeps a volume that many Pods write to over a stop, which leaves nothing in the kernel", async () => {
    const [one, other] = (await pods("web")).map(({ metadata }) => metadata.name);
    await kubectl("exec", one ?? "", "--", "/probe-server", "-write", "/data/kept");
    assert.equal(await kubectl("exec", other ?? "", "--", "/probe-server", "-read", "/data/kept"), one);
    const mountsBefore = readFileSync("/proc/self/mounts", "utf8");
    await stopCluster(options.directory);
    assert.deepEqual(await programs(options.directory), []);
    assert.deepEqual(leftovers(options.directory), []);
    assert.equal(readFileSync("/proc/self/mounts", "utf8"), mountsBefore);
    cluster = await startCluster(options);
    const [again] = await ready("web", 2);
    assert.equal(await kubectl("exec", again?.metadata.name ?? "", "--", "/probe-server", "-read", "/data/kept"), one);
  });

  it("starts again whole when one of its parts was killed", async () => {
    for (const pid of await pids(options.directory, "containerd")) process.kill(pid, "SIGKILL");
    await eventually(async () => ((await readCluster(options.directory))?.running === false ? true : undefined));
    cluster = await startCluster(options);
    await ready("web", 2);
    assert.ok(await initProcessId(options.directory));
  });

  it("falls back to simulated nodes where it does not start, and says why; or fails, where it must", async () => {
    await stopCluster(options.directory);
    const { realNode } = options;
    assert.ok(realNode);
    const broken = { ...realNode, tools: { ...realNode.tools, containerd: { path: "/bin/false" } } };
    await assert.rejects(startCluster({ ...options, realNode: broken }), /containerd of the real node ended by itself/);
    cluster = await startCluster({ ...options, realNode: broken, realNodeRequired: false });
    assert.equal(cluster.running, true);
    assert.equal(cluster.proxy, undefined);
    assert.match(cluster.nodeFailure ?? "", /containerd of the real node ended by itself/);
    assert.deepEqual(await programs(options.directory), processNames({}).toSorted());
    assert.deepEqual(leftovers(options.directory), []);
    assert.doesNotMatch(await kubectl("get", "nodes", "-o", "name"), /real-0/);
    const places = await eventually(async () => {
      const nodes = (await pods("web")).map(({ spec }) => spec.nodeName ?? "");
      return nodes.length === 2 && nodes.every((node) => node.startsWith("a10-")) ? nodes : undefined;
    });
    assert.equal(places.length, 2);
  });
});

/** What a real node that was stopped left in the kernel and on the host. */
function leftovers(directory: string): string[] {
  const { cgroup, sockets } = nodePaths(directory);
  const root = "/sys/fs/cgroup";
  return [sockets, join(root, cgroup), ...readdirSync(root).map((name) => join(root, name, cgroup))].filter((path) =>
    existsSync(path),
  );
}
