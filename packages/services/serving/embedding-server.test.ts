import { embedderMemoryMiB, embeddingModels } from "@genai/catalog";
import { serverPlacement } from "@genai/core";
import { assert, registeredBy } from "@genai/testing";
import { embeddingServerProblems } from "./embedding-problems.ts";
import {
  EmbeddingServer,
  type EmbeddingServerArgs,
  embeddingServerObjects,
  embeddingServerScrapeTargets,
  isEmbedder,
} from "./embedding-server.ts";

const args: EmbeddingServerArgs = {
  model: "BAAI/bge-m3",
  tenant: "research",
  namespace: "tenant-research",
  pool: { name: "system", nodes: 2, memory: "64Gi", taints: [] },
  apiKey: "not-a-real-key",
  freeGpus: 0,
};
const gpuPool = {
  name: "l4",
  gpu: "L4",
  gpusPerNode: 2,
  nodes: 2,
  memory: "64Gi",
  taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
} as const;

/** The objects as JSON gives them: without inputs' types and without undefined members. */
function objectsOf(changes: Partial<EmbeddingServerArgs> = {}) {
  return JSON.parse(JSON.stringify(embeddingServerObjects("documents", { ...args, ...changes })));
}

function podOf(changes: Partial<EmbeddingServerArgs> = {}) {
  const { spec } = objectsOf(changes).deployment.spec.template;
  const environment = new Map<string, unknown>(
    spec.containers[0].env.map(({ name, value, valueFrom }: Record<string, unknown>) => [name, value ?? valueFrom]),
  );
  return { spec, container: spec.containers[0], environment };
}

describe("embedding server", () => {
  it("says where its metrics are, by the labels and port of its Pods", () => {
    const { metadata, spec } = objectsOf().deployment.spec.template;
    const [target] = embeddingServerScrapeTargets("documents", args);
    assert.ok(target);
    for (const [label, value] of Object.entries(target.selector)) assert.equal(metadata.labels[label], value);
    assert.ok(spec.containers[0].ports.some(({ name }: { name: string }) => name === target.port));
  });

  it("runs on CPU in float32, with the memory that model and batch take", () => {
    const { spec, container, environment } = podOf({ runtimeClassName: "nvidia" });
    assert.match(container.image, /text-embeddings-inference:cpu-1\.9$/);
    assert.deepEqual([environment.get("MODEL_ID"), environment.get("DTYPE")], ["BAAI/bge-m3", "float32"]);
    assert.equal(container.resources.limits.memory, `${embedderMemoryMiB("BAAI/bge-m3")}Mi`);
    assert.ok(!("nvidia.com/gpu" in container.resources.limits) && !("runtimeClassName" in spec));
  });

  it("runs on a GPU in float16, with the image for it, its taints and its RuntimeClass", () => {
    const { spec, container, environment } = podOf({ pool: gpuPool, runtimeClassName: "nvidia" });
    assert.match(container.image, /:89-1\.9$/);
    assert.equal(environment.get("DTYPE"), "float16");
    assert.equal(container.resources.limits["nvidia.com/gpu"], "1");
    assert.equal(spec.runtimeClassName, "nvidia");
    assert.deepEqual(spec.tolerations, serverPlacement(gpuPool).tolerations);
    const { strategy } = objectsOf({ pool: gpuPool }).deployment.spec;
    assert.deepEqual(strategy.rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
  });

  it("selects the same Pods everywhere, and uses one port by one name", () => {
    const { deployment, service, disruptionBudget, networkPolicy } = objectsOf();
    const selector = {
      "app.kubernetes.io/name": "text-embeddings-inference",
      "app.kubernetes.io/instance": "documents",
    };
    assert.deepEqual(deployment.spec.selector.matchLabels, selector);
    assert.deepEqual(service.spec.selector, selector);
    assert.deepEqual(disruptionBudget.spec.selector.matchLabels, selector);
    assert.deepEqual(networkPolicy.spec.podSelector.matchLabels, selector);
    const { container, environment } = podOf();
    assert.equal(service.spec.ports[0].port, 8080);
    assert.equal(environment.get("PORT"), "8080");
    assert.equal(container.ports[0].containerPort, 8080);
    assert.deepEqual(container.readinessProbe.httpGet, { path: "/health", port: "http" });
  });

  it("is restricted, and gives the API key by reference alone", () => {
    const { spec, container, environment } = podOf();
    assert.equal(spec.securityContext.runAsNonRoot, true);
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.deepEqual(environment.get("API_KEY"), { secretKeyRef: { name: "documents-api-key", key: "api-key" } });
    const { apiKey, ...others } = objectsOf();
    assert.equal(apiKey.stringData["api-key"], args.apiKey);
    assert.ok(!JSON.stringify(others).includes("not-a-real-key"));
  });

  it("gives the dimension that its model has, and its address", async () => {
    let endpoint = "";
    let dimension: number | undefined;
    const resources = await registeredBy(() => {
      const server = new EmbeddingServer("documents", args);
      dimension = server.dimension;
      server.endpoint.apply((value) => (endpoint = value));
    });
    assert.equal(dimension, embeddingModels["BAAI/bge-m3"].dimension);
    assert.equal(endpoint, "http://documents.tenant-research.svc.cluster.local:8080/v1");
    assert.equal(resources.length, 7);
    assert.deepEqual(resources.find(({ name }) => name === "documents")?.inputs, {});
  });

  it("serves a reranking model too: beside OpenAI's interface, for as many texts as a search finds, with no dimension", async () => {
    const { container, environment } = podOf({ model: "BAAI/bge-reranker-v2-m3" });
    assert.deepEqual([environment.get("MODEL_ID"), environment.get("DTYPE")], ["BAAI/bge-reranker-v2-m3", "float32"]);
    assert.equal(environment.get("MAX_CLIENT_BATCH_SIZE"), "128");
    assert.equal(podOf().environment.get("MAX_CLIENT_BATCH_SIZE"), undefined);
    assert.equal(container.resources.limits.memory, `${embedderMemoryMiB("BAAI/bge-reranker-v2-m3")}Mi`);
    let endpoint = "";
    let found: { dimension: number | undefined; embeds: boolean } | undefined;
    await registeredBy(() => {
      const server = new EmbeddingServer("ranking", { ...args, model: "BAAI/bge-reranker-v2-m3" });
      found = { dimension: server.dimension, embeds: isEmbedder(server) };
      server.endpoint.apply((value) => (endpoint = value));
    });
    assert.equal(endpoint, "http://ranking.tenant-research.svc.cluster.local:8080");
    assert.deepEqual(found, { dimension: undefined, embeds: false });
    const small = embeddingServerProblems("ranking", {
      ...args,
      model: "BAAI/bge-reranker-v2-m3",
      maximumBatchTokens: 4096,
    });
    assert.match(small[0]?.message ?? "", /is 4096, below the 8192 tokens/);
  });

  it("is refused with all that is wrong, before anything is made", () => {
    const bad = { ...args, replicas: 0, maximumBatchTokens: 100 };
    const paths = embeddingServerProblems("documents", bad).map(({ path }) => path);
    assert.deepEqual(paths, ["genai:embeddings.documents.replicas", "genai:embeddings.documents.maximumBatchTokens"]);
    assert.throws(() => embeddingServerObjects("documents", bad), /2 problems:/);
    const full = embeddingServerProblems("documents", { ...args, pool: gpuPool, replicas: 5 });
    assert.match(full[0]?.message ?? "", /is 5, but pool "l4" has 4 GPUs/);
  });
});
