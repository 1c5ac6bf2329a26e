import { assert, registeredBy } from "@genai/testing";
import { gatewayArgs } from "./edge/platform-edge.ts";
import { chatPageArgs } from "./edge/platform-page.ts";
import { GenAIPlatform, platformServers, type GenAIPlatformArgs } from "./index.ts";
import { platformVectorStores } from "./vector-store/platform-stores.ts";

const args: GenAIPlatformArgs = {
  pools: [{ name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 2, memory: "64Gi", taints: [] }],
  tenants: {
    research: { namespace: "tenant-research", gpus: 4, cpu: "64", memory: "256Gi", pods: 20 },
    support: { namespace: "tenant-support", gpus: 2, cpu: "64", memory: "256Gi", pods: 20 },
  },
  models: {
    chat: {
      model: "Qwen/Qwen3-8B",
      tenant: "research",
      pool: "a10",
      maxReplicas: 3,
      contextLength: 16_384,
      apiKey: "x",
    },
    small: { model: "Qwen/Qwen3-0.6B", tenant: "support", pool: "a10", minReplicas: 2, apiKey: "y" },
  },
};

describe("GenAI platform", () => {
  it("counts the GPUs left in the pool and in the quota", () => {
    const { servers, problems } = platformServers(args);
    assert.deepEqual(problems, []);
    // The pool keeps 8 - 3 - 2 = 3; research keeps 4 - 3 = 1 of its quota, support 2 - 2 = 0.
    assert.equal(servers["chat"]?.freeGpus, 1);
    assert.equal(servers["small"]?.freeGpus, 0);
  });

  it("leaves none for a rollout where the quota has no room for one more replica", () => {
    const research = { namespace: "tenant-research", gpus: 4, cpu: "64", memory: "256Gi", pods: 20 };
    // Three replicas of 6 CPUs and 20 GiB; a fourth, for the rollout, needs 24 CPUs, 80 GiB and 4 Pods.
    for (const short of [{ cpu: "23" }, { memory: "79Gi" }, { pods: 3 }]) {
      const tenants = { ...args.tenants, research: { ...research, ...short } };
      assert.equal(platformServers({ ...args, tenants }).servers["chat"]?.freeGpus, 0, JSON.stringify(short));
    }
    const tenants = { ...args.tenants, research: { ...research, cpu: "24", memory: "80Gi", pods: 4 } };
    assert.equal(platformServers({ ...args, tenants }).servers["chat"]?.freeGpus, 1);
    // Half a CPU, 2 GiB and a Pod for its endpoint picker are no longer there.
    const inferencePool = { gateway: "inference", gatewayNamespace: "gateways", host: "chat.example.com", pool: "a10" };
    const models = { ...args.models, chat: { ...args.models["chat"], inferencePool } } as GenAIPlatformArgs["models"];
    assert.equal(platformServers({ ...args, tenants, models }).servers["chat"]?.freeGpus, 0);
  });

  it("counts the GPUs of embedding servers, and refuses a name twice", () => {
    const documents = { model: "BAAI/bge-m3", tenant: "research", pool: "a10", apiKey: "z" } as const;
    const { servers, embedders, problems } = platformServers({ ...args, embeddings: { documents } });
    assert.deepEqual(problems, []);
    assert.deepEqual([servers["chat"]?.freeGpus, embedders["documents"]?.freeGpus], [0, 0]);
    const twice = platformServers({ ...args, embeddings: { chat: documents } }).problems;
    assert.match(twice[0]?.message ?? "", /"chat" is already the name of genai:models\.chat/);
  });

  it("has a reranking model ranked through the gateway, takes it for no embedder, and offers models and prompts alone on the page", () => {
    const place = { tenant: "research", pool: "a10", apiKey: "z" };
    const ranking = { ...place, model: "BAAI/bge-reranker-base" } as const;
    const all = { ...args, embeddings: { ranking, documents: { ...place, model: "BAAI/bge-m3" } as const } };
    const { models } = gatewayArgs(
      { pool: "a10", tenantKeys: {}, masterKey: "", cachePassword: "" },
      all,
      {},
      "serving",
    );
    assert.deepEqual([models["ranking"]?.kind, models["documents"]?.kind], ["reranking", "embedding"]);
    const page = {
      pool: "a10",
      tenant: "research",
      gatewayKey: "",
      sessionKey: "",
      administrator: "",
      administratorPassword: "",
      cachePassword: "",
    };
    const variants = { v1: { weight: 100, text: "Be brief." } };
    const prompts = {
      assistant: { model: "chat", variants },
      letter: { model: "chat", variables: ["name"], variants },
      help: { model: "small", variants },
    };
    const { embedder, models: offered } = chatPageArgs(page, { ...all, prompts }, { endpoint: "" }, "serving");
    assert.deepEqual([embedder, offered], ["documents", ["chat", "assistant"]]);
    const store = {
      engine: "qdrant",
      tenant: "research",
      pool: "a10",
      storage: "20Gi",
      keys: { administrator: "", application: "", readOnly: "" },
    } as const;
    const vectorStores = { main: { ...store, collections: { handbook: { embedder: "ranking" } } } };
    const { problems } = platformVectorStores({ ...all, vectorStores }, "system");
    assert.match(problems[0]?.message ?? "", /"ranking" is no embedding service of tenant "research"/);
  });

  it("collects what is wrong with every model, and registers nothing", async () => {
    const models = {
      chat: { ...args.models["chat"], pool: "h100", tenant: "nobody" },
      small: { ...args.models["small"], minReplicas: 0 },
    } as GenAIPlatformArgs["models"];
    const resources = await registeredBy(() =>
      assert.throws(
        () => new GenAIPlatform("platform", { ...args, models }),
        /3 problems:\n.*chat\.pool: "h100" is no pool; there are: a10\n.*chat\.tenant: "nobody" is no tenant; there are: research, support\n.*small\.minReplicas/,
      ),
    );
    assert.deepEqual(resources, []);
  });

  it("serves every model with the platform's priority, and gives their addresses", async () => {
    let endpoints: Record<string, string> = {};
    const resources = await registeredBy(() => {
      new GenAIPlatform("platform", args).endpoints.apply((value) => (endpoints = value));
    });
    assert.deepEqual(endpoints, {
      chat: "http://chat.tenant-research.svc.cluster.local:8000/v1",
      small: "http://small.tenant-support.svc.cluster.local:8000/v1",
    });
    const deployment = resources.find(({ name }) => name === "chat-deployment");
    const spec = deployment?.inputs["spec"] as { template: { spec: { priorityClassName: string } } } | undefined;
    const priority = resources.find(({ name }) => name === "platform-servingPriority");
    const metadata = priority?.inputs["metadata"] as { name: string } | undefined;
    assert.equal(spec?.template.spec.priorityClassName, metadata?.name);
  });

  it("puts a model behind a Gateway, with a picker on the pool that it names, which is scraped too", async () => {
    const inferencePool = { gateway: "inference", gatewayNamespace: "gateways", host: "chat.example.com", pool: "a10" };
    const models = { chat: { ...args.models["chat"], inferencePool } } as GenAIPlatformArgs["models"];
    let jobs: string[] = [];
    const resources = await registeredBy(() => {
      jobs = new GenAIPlatform("platform", { ...args, models }).scrapeTargets.map(({ job }) => job);
    });
    assert.deepEqual(jobs, ["vllm-chat", "chat-picker"]);
    assert.ok(resources.some(({ type, name }) => type === "genai:serving:ModelPool" && name === "chat"));
    const elsewhere = { chat: { ...models["chat"], inferencePool: { ...inferencePool, pool: "cpus" } } };
    const { problems } = platformServers({ ...args, models: elsewhere as GenAIPlatformArgs["models"] });
    assert.deepEqual(problems, [
      { path: "genai:models.chat.inferencePool.pool", message: '"cpus" is no pool; there are: a10' },
    ]);
  });
});
