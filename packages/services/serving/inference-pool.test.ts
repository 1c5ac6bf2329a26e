import { engines, images } from "@genai/catalog";
import { assert, registeredBy } from "@genai/testing";
import { exampleServer } from "./example-server.ts";
import { ModelPool, modelPoolObjects, type ModelPoolArgs, modelPoolScrapeTargets } from "./inference-pool.ts";
import { inferencePoolNameProblems } from "./inference-pool-problems.ts";
import { inferenceServerObjects } from "./inference-server.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { inferenceServerProblems } from "./problems.ts";

const inferencePool = { gateway: "inference", gatewayNamespace: "gateways", host: "chat.example.com", pool: "system" };
const server: InferenceServerArgs = { ...exampleServer, inferencePool, scraper: { namespace: "monitoring" } };
const args: ModelPoolArgs = {
  ...inferencePool,
  server,
  pool: { name: "system", nodes: 2, memory: "64Gi", taints: [{ key: "system", effect: "NoSchedule" }] },
};

/** The objects as JSON gives them. */
function objectsOf(changes: Partial<ModelPoolArgs> = {}) {
  return JSON.parse(JSON.stringify(modelPoolObjects("chat", { ...args, ...changes })));
}

describe("model behind a Gateway", () => {
  const objects = objectsOf();
  const [container] = objects.deployment.spec.template.spec.containers;
  const model = JSON.parse(JSON.stringify(inferenceServerObjects("chat", server)));

  it("is a pool of exactly the server's Pods at their port, and the picker's Service at its port", () => {
    const { selector, targetPorts, endpointPickerRef } = objects.inferencePool.spec;
    assert.equal(objects.inferencePool.apiVersion, "inference.networking.k8s.io/v1");
    assert.deepEqual(selector.matchLabels, model.service.spec.selector);
    assert.deepEqual(targetPorts, [{ number: 8000 }]);
    assert.deepEqual(endpointPickerRef, { name: "chat-picker", port: { number: 9002 }, failureMode: "FailOpen" });
    const [port] = objects.service.spec.ports;
    assert.equal(objects.service.metadata.name, "chat-picker");
    assert.deepEqual([port.port, port.appProtocol], [9002, "http2"]);
    assert.equal(objectsOf({ whenPickerFails: "close" }).inferencePool.spec.endpointPickerRef.failureMode, "FailClose");
  });

  it("is routed to by its host name, for as long as an answer may take", () => {
    const { parentRefs, hostnames, rules } = objects.route.spec;
    assert.deepEqual(parentRefs, [{ name: "inference", namespace: "gateways" }]);
    assert.deepEqual(hostnames, ["chat.example.com"]);
    assert.deepEqual(rules[0].backendRefs, [
      { group: "inference.networking.k8s.io", kind: "InferencePool", name: objects.inferencePool.metadata.name },
    ]);
    const seconds = model.deployment.spec.template.spec.terminationGracePeriodSeconds;
    assert.deepEqual(rules[0].timeouts, { request: `${seconds}s`, backendRequest: `${seconds}s` });
    assert.equal(objects.deployment.spec.template.spec.terminationGracePeriodSeconds, seconds);
  });

  it("runs the picker for its pool, with none of the flags that it refuses to start with", () => {
    assert.equal(container.image, images.endpointPicker);
    for (const flag of ["--pool-name=chat", "--pool-namespace=tenant-research", "--enable-pprof=false"])
      assert.ok(container.args.includes(flag), flag);
    assert.ok(!container.args.some((flag: string) => /-metric=|lora|model-server-metrics/.test(flag)));
    const [mount] = container.volumeMounts;
    assert.ok(container.args.includes(`--config-file=${mount.mountPath}/picker.yaml`));
    const { volumes } = objects.deployment.spec.template.spec;
    assert.equal(volumes[0].configMap.name, objects.configuration.metadata.name);
  });

  it("asks the picker's health over gRPC, by the name that one without other replicas answers to", () => {
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"])
      assert.deepEqual(container[probe].grpc, { port: 9003, service: "inference-extension" }, probe);
  });

  for (const engine of ["vllm", "sglang"] as const) {
    it(`reads the metrics of ${engine} by their names in the catalogue`, () => {
      const { configuration } = objectsOf({ server: { ...server, engine } });
      const { plugins, schedulingProfiles } = JSON.parse(configuration.data["picker.yaml"]);
      const { parameters } = plugins.find(({ type }: { type: string }) => type === "core-metrics-extractor");
      const { metrics } = engines[engine];
      assert.equal(parameters.defaultEngine, engine);
      assert.deepEqual(parameters.engineConfigs, [
        {
          name: engine,
          queuedRequestsSpec: metrics.requestsWaiting,
          runningRequestsSpec: metrics.requestsRunning,
          kvUsageSpec: metrics.keyValueCacheUsage,
          loraSpec: "",
          cacheInfoSpec: engine === "vllm" ? "vllm:cache_config_info" : "",
        },
      ]);
      const types: string[] = plugins.map(({ type }: { type: string }) => type);
      for (const { pluginRef } of schedulingProfiles[0].plugins) assert.ok(types.includes(pluginRef), pluginRef);
    });
  }

  it("lets the picker read Pods and the extension's objects of its namespace, and nothing else", () => {
    const rules: { resources: string[]; verbs: string[] }[] = objects.role.rules;
    assert.deepEqual(
      rules.flatMap(({ resources }) => resources),
      ["pods", "inferencepools", "inferenceobjectives", "inferencemodelrewrites"],
    );
    for (const { verbs } of rules) assert.deepEqual(verbs, ["get", "list", "watch"]);
    assert.ok(!Object.values(objects).some((each) => /^ClusterRole/.test((each as { kind: string }).kind)));
    const pod = objects.deployment.spec.template.spec;
    assert.equal(pod.automountServiceAccountToken, false);
    assert.ok(container.volumeMounts.some(({ name }: { name: string }) => name === "api-token"));
    assert.equal(objects.roleBinding.subjects[0].name, pod.serviceAccountName);
  });

  it("lets the Gateway's proxies reach picker and model, the picker the model's metrics, and Prometheus the picker's", () => {
    const proxies = (namespace: string) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    });
    const { ingress, egress } = objects.networkPolicy.spec;
    assert.deepEqual(ingress, [
      { from: [proxies("gateways")], ports: [{ protocol: "TCP", port: "grpc" }] },
      { from: [proxies("monitoring")], ports: [{ protocol: "TCP", port: "metrics" }] },
    ]);
    assert.deepEqual(egress.at(-1), {
      to: [{ podSelector: { matchLabels: objects.inferencePool.spec.selector.matchLabels } }],
      ports: [{ protocol: "TCP", port: 8000 }],
    });
    assert.deepEqual(model.networkPolicy.spec.ingress[0].from.at(-1), proxies("gateways"));
    const elsewhere = { ...inferencePool, proxyNamespace: "envoy-gateway-system" };
    assert.deepEqual(objectsOf({ proxyNamespace: elsewhere.proxyNamespace }).networkPolicy.spec.ingress[0].from, [
      proxies("envoy-gateway-system"),
    ]);
    const other = JSON.parse(JSON.stringify(inferenceServerObjects("chat", { ...server, inferencePool: elsewhere })));
    assert.deepEqual(other.networkPolicy.spec.ingress[0].from.at(-1), proxies("envoy-gateway-system"));
    assert.ok(!JSON.stringify(inferenceServerObjects("chat", exampleServer).networkPolicy).includes("gateways"));
  });

  it("runs the picker on its own pool, and where its metrics are is where the Pods are", () => {
    const { template } = objects.deployment.spec;
    assert.deepEqual(template.spec.tolerations[0], { key: "system", operator: "Exists", effect: "NoSchedule" });
    assert.ok(JSON.stringify(template.spec.affinity).includes('"system"'));
    const [target] = modelPoolScrapeTargets("chat", args);
    assert.deepEqual(target?.selector, objects.deployment.spec.selector.matchLabels);
    assert.ok(container.ports.some(({ name }: { name: string }) => name === target?.port));
  });

  it("registers every object, the pool and the route among them", async () => {
    const resources = await registeredBy(() => new ModelPool("chat", args));
    const types = resources.map(({ type }) => type);
    for (const type of [
      "genai:serving:ModelPool",
      "kubernetes:inference.networking.k8s.io/v1:InferencePool",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    ])
      assert.ok(types.includes(type), type);
  });
});

describe("what keeps a model from a Gateway", () => {
  const problemsOf = (changes: Partial<InferenceServerArgs>) =>
    inferenceServerProblems("chat", { ...server, ...changes }).map(({ path, message }) => `${path}: ${message}`);

  it("is nothing for vLLM and SGLang on one node", () => {
    assert.deepEqual(problemsOf({}), []);
    assert.deepEqual(problemsOf({ engine: "sglang" }), []);
  });

  it("is llama.cpp, which shows its metrics with its key alone", () => {
    const pool = { name: "system", nodes: 2, memory: "64Gi", taints: [] };
    assert.match(
      problemsOf({ engine: "llamaCpp", pool, contextLength: 8192 }).join("\n"),
      /^genai:models\.chat\.inferencePool: .*use engine vllm or sglang, or remove it$/m,
    );
  });

  it("is a replica over several nodes", () => {
    assert.match(
      problemsOf({ gpusPerReplica: 8, leaderWorkerSet: true }).join("\n"),
      /^genai:models\.chat\.inferencePool: is for replicas on one node, and one of these takes 2; use fewer GPUs, or remove it$/m,
    );
  });

  it("is a host name that another model has at the same Gateway, or a service with the picker's name", () => {
    const model = { tenant: "research", inferencePool };
    const elsewhere = { tenant: "research", inferencePool: { ...inferencePool, gateway: "other" } };
    assert.deepEqual(
      inferencePoolNameProblems({ chat: model, draft: elsewhere }, { "chat-picker": { tenant: "support" } }),
      [],
    );
    assert.deepEqual(
      inferencePoolNameProblems({ chat: model, draft: model }, { "chat-picker": { tenant: "research" } }),
      [
        {
          path: "genai:models.chat.inferencePool",
          message: 'needs the name "chat-picker" for its endpoint picker; rename the service of that name',
        },
        {
          path: "genai:models.draft.inferencePool.host",
          message: 'is "chat.example.com", which is genai:models.chat\'s at the same Gateway; use another',
        },
      ],
    );
  });
});
