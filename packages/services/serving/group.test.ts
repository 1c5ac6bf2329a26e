import { engines, imagePullSeconds, startupBudgetSeconds } from "@genai/catalog";
import { assert, registeredBy } from "@genai/testing";
import { platformServers } from "../platform.ts";
import { exampleServer } from "./example-server.ts";
import {
  InferenceServer,
  inferenceServerObjects,
  inferenceServerScrapeTargets,
  type InferenceServerArgs,
} from "./inference-server.ts";
import { inferenceServerProblems } from "./problems.ts";

const pool = { name: "h100", gpu: "H100" as const, gpusPerNode: 8, nodes: 6, taints: [] };
const args: InferenceServerArgs = {
  ...exampleServer,
  model: "deepseek-ai/DeepSeek-R1-0528",
  contextLength: 65_536,
  pool,
  gpusPerReplica: 16,
  leaderWorkerSet: true,
  scraper: { namespace: "monitoring", byAnnotations: true },
};

/** The objects as JSON gives them, and what of them the tests look at. */
function served(changes: Partial<InferenceServerArgs> = {}) {
  const objects = JSON.parse(JSON.stringify(inferenceServerObjects("large", { ...args, ...changes })));
  const { leaderTemplate: leader, workerTemplate: worker, ...group } = objects.group.spec.leaderWorkerTemplate;
  return { objects, leader, worker, group, spec: objects.group.spec };
}

function problemsOf(changes: Partial<InferenceServerArgs>, name = "large"): string[] {
  return inferenceServerProblems(name, { ...args, ...changes }).map(({ path, message }) => `${path}: ${message}`);
}

describe("server over several nodes", () => {
  const { objects, leader, worker, group, spec } = served();
  const [leading, working] = [leader.spec.containers[0], worker.spec.containers[0]];

  it("is a group of one Pod a node, restarted as one, and no Deployment", () => {
    assert.equal(objects.deployment, undefined);
    assert.equal(objects.group.apiVersion, "leaderworkerset.x-k8s.io/v1");
    assert.deepEqual(group, { size: 2, restartPolicy: "RecreateGroupOnPodRestart" });
    assert.equal(spec.startupPolicy, "LeaderCreated");
    for (const container of [leading, working]) assert.equal(container.resources.requests["nvidia.com/gpu"], "8");
    // The controller makes a headless Service of the group's name.
    assert.notEqual(objects.group.metadata.name, objects.service.metadata.name);
  });

  it("shares layers inside a node, and splits them between nodes", () => {
    const config: string = objects.model.data["vllm.yaml"];
    assert.match(config, /^tensor-parallel-size: 8$/m);
    assert.match(config, /^pipeline-parallel-size: 2$/m);
    assert.match(config, /^nnodes: 2$/m);
    assert.match(config, /^distributed-executor-backend: "mp"$/m);
    const names = new Set<string>(Object.values(engines.vllm.options));
    for (const line of config.trim().split("\n")) assert.ok(names.has(line.split(":")[0] ?? ""), line);
    const rank = ["--node-rank", "$(LWS_WORKER_INDEX)", "--master-addr", "$(LWS_LEADER_ADDRESS)"];
    assert.deepEqual(leading.args.slice(2), rank);
    assert.deepEqual(working.args.slice(2), [...rank, "--headless"]);
  });

  it("answers, is probed and is scraped at its leader alone, which alone has the key", () => {
    assert.deepEqual(objects.service.spec.selector, {
      "app.kubernetes.io/name": "vllm",
      "app.kubernetes.io/instance": "large",
      "genai.platform/group-role": "leader",
    });
    assert.equal(leader.metadata.labels["genai.platform/group-role"], "leader");
    assert.equal(worker.metadata.labels["genai.platform/group-role"], "worker");
    assert.ok(leading.readinessProbe && leading.startupProbe && leading.ports);
    assert.ok(!working.readinessProbe && !working.startupProbe && !working.ports);
    assert.ok(!JSON.stringify(working).includes("VLLM_API_KEY") && JSON.stringify(leading).includes("VLLM_API_KEY"));
    assert.ok(!("prometheus.io/scrape" in worker.metadata.annotations));
    const [target] = inferenceServerScrapeTargets("large", args);
    assert.deepEqual(target?.selector, objects.service.spec.selector);
  });

  it("lets its Pods talk to each other at every port, and keeps all of them in the policy and the disruption budget", () => {
    const { podSelector, ingress, egress } = objects.networkPolicy.spec;
    const both = { "app.kubernetes.io/name": "vllm", "app.kubernetes.io/instance": "large" };
    assert.deepEqual(podSelector.matchLabels, both);
    assert.deepEqual(objects.disruptionBudget.spec.selector.matchLabels, both);
    const among = [{ podSelector: { matchLabels: both } }];
    assert.deepEqual(ingress.at(-1), { from: among });
    assert.deepEqual(egress.at(-1), { to: among });
  });

  it("gives the leader time for its workers' nodes, and keeps workers until their leader has drained", () => {
    const seconds = startupBudgetSeconds(args.model) + imagePullSeconds;
    const { periodSeconds, failureThreshold } = leading.startupProbe;
    assert.ok(periodSeconds * failureThreshold >= seconds);
    const grace = worker.spec.terminationGracePeriodSeconds;
    assert.equal(grace, leader.spec.terminationGracePeriodSeconds);
    assert.ok(working.lifecycle.preStop.sleep.seconds > grace - 10 && working.lifecycle.preStop.sleep.seconds < grace);
    const shared = worker.spec.volumes.find(({ name }: { name: string }) => name === "shared-memory");
    assert.equal(shared.emptyDir.medium, "Memory");
  });

  it("adds a group first where nodes and quota have room for one, and gives one up first elsewhere", () => {
    const rollout = (changes: Partial<InferenceServerArgs>) =>
      served(changes).spec.rolloutStrategy.rollingUpdateConfiguration;
    assert.deepEqual(rollout({ maxReplicas: 2, freeGpus: 16 }), { maxSurge: 1, maxUnavailable: 0 });
    assert.deepEqual(rollout({ maxReplicas: 2, freeGpus: 15 }), { maxSurge: 0, maxUnavailable: 1 });
    assert.deepEqual(rollout({ maxReplicas: 3, freeGpus: 99 }), { maxSurge: 0, maxUnavailable: 1 });
  });

  it("is scaled in groups", () => {
    const { objects: scaled, spec: own } = served({ maxReplicas: 3 });
    assert.ok(!("replicas" in own));
    assert.deepEqual(scaled.autoscaler.spec.scaleTargetRef, {
      apiVersion: "leaderworkerset.x-k8s.io/v1",
      kind: "LeaderWorkerSet",
      name: scaled.group.metadata.name,
    });
  });

  it("registers a LeaderWorkerSet, for which the engine waits", async () => {
    const registered = await registeredBy(() => void new InferenceServer("large", args));
    const set = registered.find(({ type }) => type.endsWith(":LeaderWorkerSet"));
    assert.ok(set);
    assert.equal(objects.group.metadata.annotations["pulumi.com/waitFor"], "condition=Available");
  });

  it("is refused where it cannot be, with what to do", () => {
    const refused: [Partial<InferenceServerArgs>, RegExp][] = [
      [{ leaderWorkerSet: false }, /gpusPerReplica: is 16, .* use at most 8, or set genai:cluster\.leaderWorkerSet/],
      [{ engine: "sglang" }, /gpusPerReplica: .*vllm alone spans nodes/],
      [{ pipelineParallel: 1 }, /pipelineParallel: is 1, but a replica lies on 2 nodes/],
      [{ keyValueOffload: 64 }, /keyValueOffload: is for replicas on one node/],
      [{ maxReplicas: 4 }, /maxReplicas: is 4, but pool "h100" has room for 3 replicas of 16 GPUs; use at most 3/],
    ];
    for (const [changes, expected] of refused) {
      const problems = problemsOf(changes);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems.join(), expected);
    }
    assert.match(
      problemsOf({ gpusPerReplica: 17 }).join(),
      /gpusPerReplica: is 17, which 3 nodes cannot share evenly; use 18/,
    );
    assert.match(problemsOf({}, "a-model-with-a-name-of-forty-one-letters-x").join(), /at most 40 characters/);
  });

  it("has its pool for itself, and is counted whole", () => {
    const model = { ...args, pool: "h100" };
    const platform = {
      pools: [{ ...pool, memory: "2Ti" }],
      tenants: { research: { namespace: "tenant-research", gpus: 48, cpu: "999", memory: "9Ti", pods: 4 } },
      leaderWorkerSet: true,
    };
    const small = { ...exampleServer, pool: "h100" };
    const shared = platformServers({ ...platform, models: { large: model, small } });
    assert.deepEqual(
      shared.problems.map(({ path, message }) => `${path}: ${message.split(",")[0]}`),
      ['genai:models.large.pool: "h100" is also that of genai:models.small'],
    );
    const alone = platformServers({ ...platform, models: { large: model } });
    assert.deepEqual(alone.problems, []);
    assert.equal(alone.servers["large"]?.freeGpus, 32);
    // A second group has two Pods too, which a quota of three does not let in.
    const tenants = { research: { ...platform.tenants.research, pods: 3 } };
    assert.equal(platformServers({ ...platform, tenants, models: { large: model } }).servers["large"]?.freeGpus, 0);
  });
});
