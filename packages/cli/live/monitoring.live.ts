import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { autoscalerMetrics } from "@genai/services";
import { metricSources, type MetricSource } from "@genai/catalog";
import { poolLabel, restrictedContainerSecurityContext, restrictedPodSecurityContext } from "@genai/core";
import { assert, temporaryDirectory } from "@genai/testing";
import { renderStack } from "../render.ts";
import { loadStackConfig } from "../stack-config.ts";
import { type MonitoredCluster, startMonitoredCluster, waiting } from "./monitored-cluster.ts";
import { eventually, read } from "./programs.ts";

interface Target {
  labels: Record<string, string>;
  health: string;
  lastError: string;
}

interface Sample {
  metric: Record<string, string>;
  value: [time: number, value: string];
}

/** A Pod that holds one GPU of the pool `a10`, as the tenant's borders want it. */
function gpuPod(namespace: string) {
  const resources = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi", "nvidia.com/gpu": "1" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "holds-a-gpu", namespace },
    spec: {
      automountServiceAccountToken: false,
      nodeSelector: { [poolLabel]: "a10" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
      securityContext: restrictedPodSecurityContext,
      containers: [
        {
          name: "simulated",
          image: "example.com/simulated:1.0.0",
          resources: { requests: resources, limits: resources },
          securityContext: restrictedContainerSecurityContext,
        },
      ],
    },
  };
}

describe("monitoring, with the real programs on the embedded cluster", function () {
  this.timeout(900_000);
  const directory = temporaryDirectory("monitored");
  let cluster: MonitoredCluster;

  const targets = async () => (await cluster.ask<{ activeTargets: Target[] }>("targets?state=active")).activeTargets;
  const query = async (expression: string) =>
    (await cluster.ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`)).result;
  const explain = () => cluster.logs();
  const count = async (...args: string[]) => (await cluster.kubectl("get", ...args, "-o", "name")).split("\n").length;

  before(async () => {
    cluster = await startMonitoredCluster(await renderStack(loadStackConfig("dev"), "dev"), directory);
  });
  after(() => cluster?.stop());

  it("deploys in production what the API server takes: volumes, peers, adapter", async () => {
    const namespace = "production-check";
    await cluster.kubectl("create", "namespace", namespace);
    const objects = (await renderStack(loadStackConfig("prod"), "prod")).filter(
      ({ kind, metadata }) => (metadata as { namespace?: string }).namespace === "genai-addons" && kind !== "Secret",
    );
    const items = objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
    const file = join(directory, "production.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const answer = await cluster.kubectl("apply", "--server-side", "--dry-run=server", "-f", file);
    assert.equal(answer.trim().split("\n").length, items.length, answer);
    assert.ok(items.length > 20, answer);
  });

  it("discovers every target that is there, with the rights of Prometheus' own ServiceAccount", async () => {
    const nodes = await count("nodes");
    // Nobody reaches Pods of simulated nodes, and their nodes say so.
    const others = ["-l", "genai.platform/scrape!=false", "-o", "jsonpath={.items[*].metadata.name}"];
    const reachable = new Set((await cluster.kubectl("get", "nodes", ...others)).split(" "));
    const expected: Record<string, number> = { kubelet: nodes, cadvisor: nodes, "kube-apiserver": 1 };
    for (const { job_name: job, kubernetes_sd_configs: discoveries, relabel_configs: steps } of cluster.jobs) {
      const [namespace] = discoveries[0]?.namespaces?.names ?? [];
      const byInstance = steps.find(({ source_labels: [label] = [] }) => label?.endsWith("kubernetes_io_instance"));
      if (discoveries[0]?.role !== "pod" || !namespace || !byInstance) continue;
      const selector = `app.kubernetes.io/instance=${byInstance.regex}`;
      const where = ["-n", namespace, "-l", selector, "-o", "jsonpath={.items[*].spec.nodeName}"];
      const pods = (await cluster.kubectl("get", "pods", ...where)).split(" ").filter((node) => reachable.has(node));
      if (pods.length > 0) expected[job] = pods.length;
    }
    assert.ok(Object.keys(expected).length >= 10, JSON.stringify(expected));
    const found = await eventually(
      async () => {
        const jobs = Map.groupBy(await targets(), ({ labels }) => labels["job"] ?? "");
        const counts = Object.fromEntries([...jobs].map(([job, list]) => [job, list.length]));
        return Object.keys(counts).length >= Object.keys(expected).length ? counts : undefined;
      },
      { seconds: 60, explain },
    );
    assert.deepEqual(found, expected);
  });

  it("labels what it reads by model, part and tenant", async () => {
    const chat = (await targets()).find(({ labels }) => labels["job"] === "vllm-chat");
    const { namespace, workload, component, tenant, container } = chat?.labels ?? {};
    assert.deepEqual(
      { namespace, workload, component, tenant, container },
      { namespace: "tenant-research", workload: "chat", component: "inference", tenant: "research", container: "vllm" },
    );
  });

  it("reads what can be read: the API server over verified TLS with its token, and the programs", async () => {
    const jobs = ["kube-apiserver", "vllm-chat", "kube-state-metrics", "node-exporter", "prometheus", "alertmanager"];
    for (const job of jobs) {
      await eventually(
        async () => {
          const own = (await targets()).filter(({ labels }) => labels["job"] === job);
          const bad = own.find(({ health }) => health !== "up");
          if (bad) throw new Error(`${job}: ${bad.health} ${bad.lastError}`);
          return own.length > 0 ? own : undefined;
        },
        { seconds: 60, explain },
      );
      // A query may come just before the sample that the page of targets already knows.
      const up = async () => ((await query(`up{job="${job}"} == 1`)).length > 0 ? true : undefined);
      assert.equal(await eventually(up, { seconds: 30, explain }), true, job);
    }
  });

  it("evaluates every rule without an error", async () => {
    interface Rule {
      name: string;
      health: string;
      lastError?: string;
    }
    const rules = await eventually(
      async () => {
        const { groups } = await cluster.ask<{ groups: { rules: Rule[] }[] }>("rules");
        const all = groups.flatMap((group) => group.rules);
        return all.length > 0 && all.every(({ health }) => health !== "unknown") ? all : undefined;
      },
      { seconds: 60, explain },
    );
    const bad = rules.filter(({ health }) => health !== "ok").map(({ name, lastError }) => `${name}: ${lastError}`);
    assert.deepEqual(bad, []);
  });

  it("records whose namespaces, Pods, GPUs and costs are, from the cluster's real objects", async () => {
    const labels = { tenant: "research", namespace: "tenant-research" };
    // Where a real node serves the models, it has no GPU; this Pod takes one of a simulated node.
    const file = join(directory, "gpu-pod.json");
    writeFileSync(file, JSON.stringify(gpuPod(labels.namespace)));
    await cluster.kubectl("apply", "-f", file);
    for (const series of ["namespace_tenant", "tenant_gpus", "tenant_dollars_per_hour", "tenant_quota_usage_ratio"]) {
      const [sample] = await eventually(
        async () => {
          const found = await query(`genai:${series} > 0`);
          return found.length > 0 ? found : undefined;
        },
        { seconds: 60, explain },
      );
      const { tenant, namespace } = sample?.metric ?? {};
      assert.deepEqual({ tenant, namespace }, labels, series);
    }
    const [chat] = await query('genai:pod_workload{workload="chat"}');
    assert.equal(chat?.metric["component"], "inference");
    assert.equal((await query('genai:model_requests_waiting{workload="chat"}'))[0]?.value[1], String(waiting));
  });

  it("finds in each program the metrics that the catalogue says it has, of the type that it says", async () => {
    // kube-state-metrics names the metrics of a kind once there is an object of it.
    const cronJob = ["create", "cronjob", "catalogue", "--image=none", "--schedule=0 3 1 1 *", "-n", "default"];
    await cluster.kubectl(...cronJob);
    for (const source of ["prometheus", "alertmanager", "kube-state-metrics", "node-exporter"] as const) {
      const { metrics }: MetricSource = metricSources[source];
      const text = await eventually(
        async () => {
          const served = await read(`${cluster.urls[source]}/metrics`);
          return source !== "kube-state-metrics" || served.includes("kube_cronjob") ? served : undefined;
        },
        { seconds: 30, explain },
      );
      // Made by Prometheus itself, not read from it; served on kube-state-metrics' other port; and of objects that dev has none of.
      const elsewhere = /^(up|scrape_samples_scraped|ALERTS|kube_state_metrics_.*|kube_persistentvolumeclaim_.*)$/;
      for (const [name, { type }] of Object.entries(metrics)) {
        if (!elsewhere.test(name)) assert.ok(text.includes(`# TYPE ${name} ${type}\n`), `${source}: ${name} ${type}`);
      }
    }
    for (const name of [
      "apiserver_request_total",
      "apiserver_request_duration_seconds_count",
      "kube_state_metrics_list_total",
    ]) {
      assert.ok((await query(name)).length > 0, name);
    }
  });

  it("sounds the dead-man's switch through Alertmanager, with the runbook", async () => {
    const body = await eventually(async () => cluster.notifications[0], { seconds: 90, explain });
    const { alerts } = JSON.parse(body) as {
      alerts: { labels: Record<string, string>; annotations: Record<string, string> }[];
    };
    assert.equal(alerts[0]?.labels["alertname"], "DeadMansSwitch");
    assert.equal(alerts[0]?.labels["cluster"], "dev");
    assert.equal(alerts[0]?.annotations["runbook_url"], "docs/runbooks/DeadMansSwitch.md");
  });

  it("answers the cluster's metrics APIs: waiting requests of a model, running ones of its Pods", async () => {
    const external = "/apis/external.metrics.k8s.io/v1beta1/namespaces/tenant-research/requests_waiting";
    const custom = "/apis/custom.metrics.k8s.io/v1beta1/namespaces/tenant-research/pods/*/requests_running";
    const answer = async (path: string) =>
      JSON.parse(await cluster.kubectl("get", "--raw", path)) as { items: { value: string }[] };
    const ofChat = `${external}?labelSelector=workload%3Dchat`;
    const { items } = await eventually(
      async () => {
        const found = await answer(ofChat);
        return found.items.length > 0 ? found : undefined;
      },
      { seconds: 90, explain },
    );
    assert.deepEqual(
      items.map(({ value }) => value),
      [String(waiting)],
    );
    assert.deepEqual((await answer(`${external}?labelSelector=workload%3Dother`)).items, []);
    assert.deepEqual(
      (await answer(custom)).items.map(({ value }) => value),
      ["4"],
    );
  });

  it("lets the autoscaler add replicas for waiting requests", async () => {
    const metrics = autoscalerMetrics("chat", { requestsWaiting: 5 }, { name: "requests_waiting", label: "workload" });
    const patch = JSON.stringify({ spec: { metrics } });
    await cluster.kubectl("patch", "hpa", "chat", "-n", "tenant-research", "--type=merge", "-p", patch);
    const replicas = await eventually(
      async () => {
        const path = "jsonpath={.status.desiredReplicas}";
        const desired = await cluster.kubectl("get", "hpa", "chat", "-n", "tenant-research", "-o", path);
        return Number(desired) === waiting / 5 ? Number(desired) : undefined;
      },
      { seconds: 240, explain: () => "the autoscaler did not scale" },
    );
    assert.equal(replicas, 3);
  });
});
