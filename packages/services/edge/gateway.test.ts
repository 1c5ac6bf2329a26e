import { assert, registeredBy } from "@genai/testing";
import type { GatewayArgs } from "./gateway-args.ts";
import { gatewayFiles } from "./gateway-config.ts";
import { gatewayProblems, requestSeconds } from "./gateway-problems.ts";
import { Gateway, gatewayObjects, gatewayScrapeTargets } from "./gateway.ts";

const model = (tenant: string, drainSeconds = 100) => ({
  endpoint: `http://x.tenant-${tenant}.svc.cluster.local:8000/v1`,
  apiKey: "sk-canary-of-a-model",
  tenant,
  drainSeconds,
});
const args: GatewayArgs = {
  pool: {
    name: "system",
    nodes: 2,
    memory: "64Gi",
    taints: [{ key: "dedicated", value: "edge", effect: "NoSchedule" }],
  },
  models: { chat: model("research", 230), draft: model("research"), "vision-help": model("support") },
  tenants: {
    research: { namespace: "tenant-research", key: "sk-canary-of-research", limits: { requestsPerMinute: 60 } },
    support: { namespace: "tenant-support", key: "sk-canary-of-support" },
    guest: { namespace: "tenant-guest", key: "sk-canary-of-guest" },
  },
  fallbacks: { chat: ["draft"] },
  masterKey: "sk-canary-master",
  cachePassword: "canary-password",
};

const filesOf = (changes: Partial<GatewayArgs> = {}) =>
  gatewayFiles({ ...args, ...changes }, { chat: "http://chat/v1" }, { host: "gateway-cache", port: 6379 });
const configOf = (changes?: Partial<GatewayArgs>) => JSON.parse(filesOf(changes)["config.yaml"] ?? "");
interface Named {
  kind: string;
  metadata: { name: string };
}

/** The registered objects by the suffix of their names. */
const registered = async (changes: Partial<GatewayArgs> = {}) => {
  const resources = await registeredBy(() => new Gateway("gateway", { ...args, ...changes }));
  const entries = resources.map(({ name, inputs }) => [name.replace("gateway-", ""), inputs]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
};

describe("gateway", () => {
  it("lists every model with the server's address, and its key by reference", () => {
    const { model_list: list, router_settings: router } = configOf();
    assert.equal(list[0].model_name, "chat");
    assert.deepEqual(list[0].litellm_params, {
      model: "hosted_vllm/chat",
      api_base: "http://chat/v1",
      api_key: "os.environ/MODEL_KEY_CHAT",
    });
    assert.equal(list[2].litellm_params.api_key, "os.environ/MODEL_KEY_VISION_HELP");
    assert.deepEqual([router.timeout, router.fallbacks], [230, [{ chat: ["draft"] }]]);
  });

  it("leaves alone only a model that another stands in for, and never because of what a client asked", () => {
    const [chat, draft] = configOf().model_list;
    const { NotFoundErrorAllowedFails: notFound, InternalServerErrorAllowedFails: failed } =
      chat.model_info.allowed_fails_policy;
    assert.ok(notFound > 1e6 && failed === 2, JSON.stringify(chat.model_info));
    assert.deepEqual(draft.model_info, { cooldown_time: 0 });
  });

  it("asks a reranking model by TEI's own protocol, and tells the guard that it ranks", () => {
    const files = filesOf({ models: { ...args.models, ranking: { ...model("research", 0), kind: "reranking" } } });
    const { model_list: list } = JSON.parse(files["config.yaml"] ?? "");
    assert.deepEqual(
      list.map((each: { litellm_params: { model: string } }) => each.litellm_params.model),
      ["hosted_vllm/chat", "hosted_vllm/draft", "hosted_vllm/vision-help", "huggingface/ranking"],
    );
    assert.equal(JSON.parse(files["guard.json"] ?? "").models.ranking, "reranking");
  });

  it("opens to each tenant its own models, and to one without models none", () => {
    const rights = JSON.parse(filesOf()["tenants.json"] ?? "");
    assert.deepEqual(rights.research.models, ["chat", "draft"]);
    assert.equal(rights.research.requestsPerMinute, 60);
    assert.deepEqual([rights.support.models, rights.guest.models], [["vision-help"], []]);
  });

  const prompts = (weight = 90, text = "Help with {{product}}.") => ({
    assistant: {
      model: "chat",
      variables: ["product"],
      variants: { v1: { weight, text }, v2: { weight: 100 - weight, text: "Be brief." } },
    },
  });

  it("lists a prompt as one more name of its model, with the model's key, fallbacks and tenant", () => {
    const { model_list: list, router_settings: router, litellm_settings: settings } = configOf({ prompts: prompts() });
    const [chat] = list;
    assert.deepEqual(list.at(-1), { ...chat, model_name: "assistant" });
    assert.deepEqual(router.fallbacks, [{ chat: ["draft"] }, { assistant: ["draft"] }]);
    assert.deepEqual(settings.callbacks, ["prometheus", "prompt_variants.prompt_variants"]);
    const rights = JSON.parse(filesOf({ prompts: prompts() })["tenants.json"] ?? "");
    assert.deepEqual(rights.research.models, ["chat", "draft", "assistant"]);
    assert.deepEqual(rights.support.models, ["vision-help"]);
    assert.ok(!("prompts.json" in filesOf()) && !("prompt_variants.py" in filesOf()));
  });

  it("mounts what the index of its prompts names, and nothing without prompts", async () => {
    const objects = await registered({ prompts: prompts() });
    const { volumes, containers } = objects["deployment"].spec.template.spec;
    const volume = volumes.find(({ name }: Named["metadata"]) => name === "prompts");
    const sources = volume.projected.sources.map(({ configMap }: { configMap: { name: string } }) => configMap.name);
    const index = JSON.parse(filesOf({ prompts: prompts() })["prompts.json"] ?? "");
    assert.deepEqual(
      sources,
      index.assistant.variants.map(({ name }: Named["metadata"]) => name),
    );
    const variants = [objects["prompt-assistant-v1"], objects["prompt-assistant-v2"]];
    assert.deepEqual(
      sources,
      variants.map(({ metadata }: Named) => metadata.name),
    );
    const directory = containers[0].env.find(({ name }: Named["metadata"]) => name === "PROMPT_DIRECTORY")?.value;
    assert.ok(containers[0].volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === directory));
    assert.doesNotMatch(JSON.stringify((await registered())["deployment"]), /prompt/i);
  });

  it("replaces its Pods with another weight and another text of a prompt, and has the former ones when a stack goes back", async () => {
    const templateOf = async (...given: Parameters<typeof prompts>) =>
      JSON.stringify((await registered({ prompts: prompts(...given) }))["deployment"].spec.template);
    const before = await templateOf();
    assert.notEqual(await templateOf(50), before);
    assert.notEqual(await templateOf(90, "Help kindly with {{product}}."), before);
    assert.equal(await templateOf(90), before);
    assert.throws(() => gatewayObjects("gateway", { ...args, prompts: prompts(0) }), /\(v1 0, v2 100\)/);
  });

  it("filters questions and answers only where it is asked to", () => {
    const guardOf = (changes?: Partial<GatewayArgs>) => JSON.parse(filesOf(changes)["guard.json"] ?? "");
    assert.deepEqual(guardOf().guardrails, {});
    assert.deepEqual(guardOf({ guardrails: { email: "mask" } }).guardrails, { email: "mask" });
  });

  it("keeps answers only where it is asked to", () => {
    assert.ok(!("cache" in configOf().litellm_settings));
    const { cache, cache_params: cached } = configOf({ responseCacheSeconds: 60 }).litellm_settings;
    assert.deepEqual([cache, cached.ttl, cached.password], [true, 60, "os.environ/CACHE_PASSWORD"]);
  });

  it("has secrets in Secrets alone", async () => {
    const objects = Object.values<Named>(await registered()).filter(({ metadata }) => metadata);
    const holders = objects.filter((object) => JSON.stringify(object).includes("canary"));
    assert.deepEqual(holders.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted(), [
      "Secret gateway-cache",
      "Secret gateway-key",
      "Secret gateway-models",
      "Secret gateway-tenants",
    ]);
  });

  it("waits for the longest answer while it stops, and asks nothing but itself whether it lives", async () => {
    const { spec } = (await registered())["deployment"].spec.template;
    assert.equal(spec.terminationGracePeriodSeconds, 15 + 230 + 10);
    const [proxy, metrics] = spec.containers;
    assert.equal(proxy.livenessProbe.httpGet.path, "/health/liveliness");
    assert.equal(proxy.readinessProbe.httpGet.path, "/health/readiness");
    assert.equal(metrics.ports[0].name, gatewayScrapeTargets("gateway")[0]?.port);
    assert.equal(spec.tolerations.length, 1);
  });

  it("replaces its Pods with another configuration or another key of a model or a tenant, and not otherwise", async () => {
    const templateOf = async (changes?: Partial<GatewayArgs>) =>
      JSON.stringify((await registered(changes))["deployment"].spec.template);
    const before = await templateOf();
    assert.equal(await templateOf(), before);
    const renewed = { ...args.models, chat: { ...model("research", 230), apiKey: "another" } };
    assert.notEqual(await templateOf({ models: renewed }), before);
    assert.notEqual(await templateOf({ fallbacks: {} }), before);
    const { support } = args.tenants;
    assert.ok(support);
    const withSupport = (more: object) =>
      templateOf({ tenants: { ...args.tenants, support: { ...support, ...more } } });
    assert.notEqual(await withSupport({ key: "another" }), before);
    assert.notEqual(await withSupport({ previousKey: "the-former" }), before);
  });

  it("accepts a tenant's former key beside the new one while there is one", async () => {
    const { support } = args.tenants;
    assert.ok(support);
    const keysOf = async (tenants: GatewayArgs["tenants"]) => (await registered({ tenants }))["tenantKeys"].stringData;
    assert.deepEqual(Object.keys(await keysOf(args.tenants)).toSorted(), ["guest", "research", "support"]);
    const rotating = await keysOf({ ...args.tenants, support: { ...support, previousKey: "the-former" } });
    assert.deepEqual(
      [rotating.support, rotating["support.previous"], Object.keys(rotating).length],
      ["sk-canary-of-support", "the-former", 4],
    );
  });

  it("opens the network to tenants, and to a scraper and a controller where there are some", async () => {
    const sources = (objects: Record<string, { spec: { ingress: object[] } }>) =>
      objects["networkPolicy"]?.spec.ingress;
    assert.equal(sources(await registered())?.length, 1);
    const open = await registered({
      scraper: { namespace: "monitoring" },
      exposure: { kind: "ingress", host: "a.example.com", controllerNamespace: "ingress-nginx", tlsSecret: "tls" },
    });
    assert.match(JSON.stringify(sources(open)), /ingress-nginx.*"http".*monitoring.*"metrics"/);
    assert.deepEqual(open["ingress"].spec.tls, [{ hosts: ["a.example.com"], secretName: "tls" }]);
    assert.equal(open["tenant-research"].metadata.namespace, "tenant-research");
    assert.equal(open["tenant-research"].spec.egress[0].ports[0].port, open["service"].spec.ports[0].port);
    assert.deepEqual(open["cachePolicy"].spec.egress, []);
  });

  it("is a route of the Gateway API that lets long answers end", async () => {
    const { route } = await registered({
      exposure: { kind: "httpRoute", host: "a.example.com", controllerNamespace: "gateways", className: "public" },
    });
    assert.deepEqual(route.spec.parentRefs, [{ name: "public", namespace: "gateways" }]);
    assert.equal(route.spec.rules[0].timeouts.request, "230s");
  });

  it("scales between its bounds, and states no number of its own then", async () => {
    const { autoscaler, deployment } = await registered({ replicas: 3, maxReplicas: 8 });
    assert.deepEqual(
      [autoscaler.spec.minReplicas, autoscaler.spec.maxReplicas, deployment.spec.replicas],
      [3, 8, undefined],
    );
    assert.equal((await registered())["deployment"].spec.replicas, 2);
  });

  it("refuses timeouts below a drain, fallbacks that leave the tenant or never end, and bounds that contradict each other", () => {
    const problems = gatewayProblems({
      ...args,
      replicas: 3,
      maxReplicas: 2,
      timeoutSeconds: 60,
      fallbacks: { chat: ["vision-help"], draft: ["draft"] },
    });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["maxReplicas", "timeoutSeconds", "fallbacks.chat[0]", "fallbacks.draft"].map(
        (field) => `genai:gateway.${field}`,
      ),
    );
    assert.throws(() => gatewayObjects("gateway", { ...args, timeoutSeconds: 60 }), /raise it to 230/);
    assert.equal(requestSeconds({ models: {} }), 230);
  });
});
