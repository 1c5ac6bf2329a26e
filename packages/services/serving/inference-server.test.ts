import { drainBudget, images, startupBudgetSeconds } from "@genai/catalog";
import { serverPlacement } from "@genai/core";
import { assert, registeredBy } from "@genai/testing";
import {
  InferenceServer,
  type InferenceServerArgs,
  inferenceServerObjectives,
  inferenceServerObjects,
  inferenceServerScrapeTargets,
} from "./inference-server.ts";

const args: InferenceServerArgs = {
  model: "Qwen/Qwen3-8B",
  tenant: "research",
  namespace: "tenant-research",
  pool: {
    name: "a10",
    gpu: "A10",
    gpusPerNode: 4,
    nodes: 2,
    taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
  },
  maxReplicas: 3,
  contextLength: 16_384,
  systemPrompt: "Be brief.",
  apiKey: "not-a-real-key",
  freeGpus: 1,
};

/** The objects as JSON gives them: without inputs' types and without undefined members. */
function objectsOf(changes: Partial<InferenceServerArgs> = {}) {
  return JSON.parse(JSON.stringify(inferenceServerObjects("chat", { ...args, ...changes })));
}

describe("inference server", () => {
  const { deployment, service, autoscaler, disruptionBudget, networkPolicy, serviceAccount, apiKey, model, prompt } =
    objectsOf();
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;

  it("leaves the number of replicas to the autoscaler, and states it where there is none", () => {
    assert.ok(!("replicas" in deployment.spec));
    assert.equal(autoscaler.spec.scaleTargetRef.name, deployment.metadata.name);
    assert.deepEqual([autoscaler.spec.minReplicas, autoscaler.spec.maxReplicas], [1, 3]);
    assert.equal(autoscaler.spec.behavior.scaleDown.stabilizationWindowSeconds, 300);
    const fixed = objectsOf({ minReplicas: 2, maxReplicas: 2 });
    assert.equal(fixed.deployment.spec.replicas, 2);
    assert.equal(fixed.autoscaler, undefined);
  });

  it("selects the same Pods everywhere", () => {
    const selector = { "app.kubernetes.io/name": "vllm", "app.kubernetes.io/instance": "chat" };
    assert.deepEqual(deployment.spec.selector.matchLabels, selector);
    assert.deepEqual(service.spec.selector, selector);
    assert.deepEqual(disruptionBudget.spec.selector.matchLabels, selector);
    assert.deepEqual(networkPolicy.spec.podSelector.matchLabels, selector);
    for (const { labelSelector } of pod.topologySpreadConstraints)
      assert.deepEqual(labelSelector.matchLabels, selector);
    const labels = deployment.spec.template.metadata.labels;
    for (const [key, value] of Object.entries(selector)) assert.equal(labels[key], value);
    assert.equal(labels["genai.platform/tenant"], "research");
  });

  it("uses one port by one name", () => {
    const [{ name, containerPort }] = container.ports;
    assert.equal(containerPort, 8000);
    assert.deepEqual(service.spec.ports, [{ name, port: 8000, targetPort: name, protocol: "TCP" }]);
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      assert.deepEqual(container[probe].httpGet, { path: "/health", port: name });
    }
    assert.equal(networkPolicy.spec.ingress[0].ports[0].port, name);
    assert.match(model.data["vllm.yaml"], /^port: 8000$/m);
  });

  it("lets the weights load within the startup budget, and the rollout wait for it", () => {
    const { periodSeconds, failureThreshold } = container.startupProbe;
    const budget = startupBudgetSeconds("Qwen/Qwen3-8B");
    assert.ok(periodSeconds * failureThreshold >= budget && periodSeconds * (failureThreshold - 1) < budget);
    assert.ok(deployment.spec.progressDeadlineSeconds > periodSeconds * failureThreshold);
  });

  it("drains before it is killed", () => {
    const drain = drainBudget(4096);
    assert.equal(container.lifecycle.preStop.sleep.seconds, drain.preStopSeconds);
    assert.equal(pod.terminationGracePeriodSeconds, drain.gracePeriodSeconds);
    const config: string = model.data["vllm.yaml"];
    assert.match(config, new RegExp(`^shutdown-timeout: ${drain.drainSeconds}$`, "m"));
    assert.match(config, /^override-generation-config: "\{\\"max_new_tokens\\":4096\}"$/m);
  });

  it("takes tolerations and affinity from the pool", () => {
    const { tolerations } = serverPlacement(args.pool);
    assert.deepEqual(pod.tolerations, tolerations);
    assert.ok(tolerations.some(({ key }) => key === "nvidia.com/gpu"));
    const [term] = pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
    assert.deepEqual(term.matchExpressions, [{ key: "genai.platform/pool", operator: "In", values: ["a10"] }]);
    const withoutTaints = objectsOf({ pool: { ...args.pool, taints: [] } }).deployment.spec.template.spec.tolerations;
    assert.ok(!withoutTaints.some(({ key }: { key: string }) => key === "nvidia.com/gpu"));
  });

  it("requests as many GPUs as it is limited to, and splits the model between them", () => {
    const two = objectsOf({ gpusPerReplica: 2 });
    const { requests, limits } = two.deployment.spec.template.spec.containers[0].resources;
    assert.equal(requests["nvidia.com/gpu"], "2");
    assert.equal(limits["nvidia.com/gpu"], "2");
    assert.match(two.model.data["vllm.yaml"], /^tensor-parallel-size: 2$/m);
  });

  it("hands revision, quantisation, cache and stages to the engine, and only where they are set", () => {
    assert.doesNotMatch(model.data["vllm.yaml"], /revision|quantization|kv-cache|pipeline/);
    const set = objectsOf({
      pool: { ...args.pool, gpu: "L40S" },
      maxReplicas: 2,
      gpusPerReplica: 4,
      pipelineParallel: 2,
      quantization: "fp8",
      keyValueCacheDtype: "fp8",
      weights: { revision: "abc" },
    });
    for (const line of [
      "tensor-parallel-size: 2",
      "pipeline-parallel-size: 2",
      'quantization: "fp8"',
      'kv-cache-dtype: "fp8"',
      'revision: "abc"',
    ])
      assert.ok(set.model.data["vllm.yaml"].split("\n").includes(line), line);
    const pinned = objectsOf({ model: "microsoft/phi-4", pool: { ...args.pool, gpu: "L40S" } });
    assert.match(pinned.model.data["vllm.yaml"], /^revision: "187ef034/m);
  });

  it("takes the image that supports the GPU, and longer times than derived", () => {
    const old = objectsOf({ pool: { ...args.pool, gpu: "V100-32GB" }, startupSeconds: 2000, gracePeriodSeconds: 500 });
    const { containers, terminationGracePeriodSeconds } = old.deployment.spec.template.spec;
    assert.equal(containers[0].image, `${images.vllm}-cu129`);
    assert.deepEqual([containers[0].startupProbe.failureThreshold, terminationGracePeriodSeconds], [200, 500]);
  });

  it("surges only where a GPU is free for it", () => {
    assert.deepEqual(deployment.spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
    const full = objectsOf({ freeGpus: 0 }).deployment.spec.strategy.rollingUpdate;
    assert.deepEqual(full, { maxSurge: 0, maxUnavailable: 1 });
  });

  it("always lets one Pod be evicted", () => {
    assert.equal(disruptionBudget.spec.maxUnavailable, 1);
    assert.equal(disruptionBudget.spec.unhealthyPodEvictionPolicy, "AlwaysAllow");
  });

  it("is restricted: no root, no writable root, no capability, no token", () => {
    assert.equal(serviceAccount.automountServiceAccountToken, false);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.serviceAccountName, serviceAccount.metadata.name);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.equal(pod.securityContext.runAsUser, 2000);
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
    });
    assert.equal(container.image, images.vllm);
  });

  it("writes to sized volumes only, within its request for ephemeral storage", () => {
    // 16.4 GB of weights are 15.3 GiB, rounded up, and 10 GiB of caches.
    assert.deepEqual(pod.volumes, [
      { name: "model", configMap: { name: model.metadata.name } },
      { name: "home", emptyDir: { sizeLimit: "26Gi" } },
      { name: "temporary", emptyDir: { sizeLimit: "4Gi" } },
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } },
    ]);
    assert.equal(container.resources.requests["ephemeral-storage"], "31Gi");
    const variables = new Map(container.env.map(({ name, value }: { name: string; value?: string }) => [name, value]));
    for (const name of ["HOME", "HF_HOME", "VLLM_CACHE_ROOT", "TRITON_CACHE_DIR", "XDG_CACHE_HOME"]) {
      assert.match(String(variables.get(name)), /^\/home\/vllm/);
    }
  });

  it("gives the API key by reference, and to the Secret alone", () => {
    const variable = container.env.find(({ name }: { name: string }) => name === "VLLM_API_KEY");
    assert.deepEqual(variable, {
      name: "VLLM_API_KEY",
      valueFrom: { secretKeyRef: { name: apiKey.metadata.name, key: "api-key" } },
    });
    assert.equal(apiKey.stringData["api-key"], args.apiKey);
    const { apiKey: _secret, ...others } = objectsOf();
    assert.ok(!JSON.stringify(others).includes("not-a-real-key"));
  });

  it("replaces the Pods when the settings or the generation of the key change, and not for another prompt", () => {
    const template = (changes: Partial<InferenceServerArgs>) => objectsOf(changes).deployment.spec.template;
    assert.notDeepEqual(template({ contextLength: 8192 }), template({}));
    assert.notDeepEqual(template({ apiKeyGeneration: 2 }), template({}));
    assert.deepEqual(template({ systemPrompt: "Be kind." }), template({}));
    assert.notEqual(objectsOf({ systemPrompt: "Be kind." }).prompt.metadata.name, prompt.metadata.name);
    assert.equal(prompt.data["system.txt"], "Be brief.");
  });

  it("lets names and weights out, but not the cloud's metadata service", () => {
    const [names, weights] = networkPolicy.spec.egress;
    assert.deepEqual(names.ports, [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ]);
    assert.deepEqual(weights.ports, [{ protocol: "TCP", port: 443 }]);
    assert.ok(weights.to[0].ipBlock.except.includes("169.254.0.0/16"));
  });

  it("opens its metrics to a Prometheus that the cluster has, and to nobody else", () => {
    const annotations = deployment.spec.template.metadata.annotations;
    assert.equal(annotations["prometheus.io/scrape"], undefined);
    assert.equal(networkPolicy.spec.ingress.length, 1);
    const scraped = objectsOf({ scraper: { namespace: "monitoring", byAnnotations: true } });
    const [, rule] = scraped.networkPolicy.spec.ingress;
    assert.deepEqual(rule, {
      from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
      ports: [{ protocol: "TCP", port: 8000 }],
    });
    const { "prometheus.io/port": port, "prometheus.io/path": path } =
      scraped.deployment.spec.template.metadata.annotations;
    assert.deepEqual([port, path], ["8000", "/metrics"]);
  });

  it("says where its metrics are, by the labels and port of its Pods, and what is promised of it", () => {
    const { spec, metadata } = deployment.spec.template;
    const [target] = inferenceServerScrapeTargets("chat", args);
    assert.ok(target);
    for (const [label, value] of Object.entries(target.selector)) assert.equal(metadata.labels[label], value);
    assert.ok(spec.containers[0].ports.some(({ name }: { name: string }) => name === target.port));
    const { startupSeconds, timeToFirstTokenSeconds } = inferenceServerObjectives("chat", args);
    const { periodSeconds, failureThreshold } = spec.containers[0].startupProbe;
    assert.equal(periodSeconds * failureThreshold, Math.ceil(startupSeconds / periodSeconds) * periodSeconds);
    assert.equal(timeToFirstTokenSeconds, 2);
  });

  it("scales on waiting requests where something counts them", () => {
    const queueMetric = { name: "requests_waiting", label: "workload" };
    const [metric] = objectsOf({ queueMetric, scaling: { requestsWaiting: 8 } }).autoscaler.spec.metrics;
    assert.equal(metric.type, "External");
    assert.deepEqual(metric.external.metric, {
      name: "requests_waiting",
      selector: { matchLabels: { workload: "chat" } },
    });
    assert.deepEqual(metric.external.target, { type: "AverageValue", averageValue: "8" });
  });

  it("scales as it is told", () => {
    const scaling = { cpuUtilization: 50, scaleDownSeconds: 900, replicasPerMinute: 2 };
    const { metrics, behavior } = objectsOf({ scaling }).autoscaler.spec;
    assert.equal(metrics[0].resource.target.averageUtilization, 50);
    assert.equal(behavior.scaleDown.stabilizationWindowSeconds, 900);
    assert.equal(behavior.scaleUp.policies[0].value, 2);
  });

  it("registers its objects, and gives its address", async () => {
    let endpoint: string | undefined;
    const resources = await registeredBy(() => {
      new InferenceServer("chat", args).endpoint.apply((value) => (endpoint = value));
    });
    assert.equal(endpoint, "http://chat.tenant-research.svc.cluster.local:8000/v1");
    assert.deepEqual(resources.map(({ type, name }) => `${name} ${type.split(":").at(-1)}`).toSorted(), [
      "chat InferenceServer",
      "chat-apiKey Secret",
      "chat-autoscaler HorizontalPodAutoscaler",
      "chat-deployment Deployment",
      "chat-disruptionBudget PodDisruptionBudget",
      "chat-model ConfigMap",
      "chat-networkPolicy NetworkPolicy",
      "chat-prompt ConfigMap",
      "chat-service Service",
      "chat-serviceAccount ServiceAccount",
    ]);
    const component = resources.find(({ name }) => name === "chat");
    assert.deepEqual(component?.inputs, {});
  });
});
