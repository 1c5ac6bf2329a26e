import { readFileSync } from "node:fs";
import { readStackFile } from "@genai/platform";
import { evaluate, exceptions, type KubernetesObject, rules } from "@genai/policy";
import { assert } from "@genai/testing";
import { stringify } from "yaml";
import { renderStack } from "./render.ts";
import { committedStackFile, committedStacks } from "./workspace.ts";

const pool = (name: string, gpu: string, sharing: object) => ({
  ...{ name, gpu, gpusPerNode: 8, nodes: 1, cpu: "96", memory: "1Ti" },
  sharing,
});

const commit = "0123456789abcdef0123456789abcdef01234567";

/** Stack files that together switch on every add-on, and every way of sharing GPUs. */
const more: Record<string, object> = {
  "every way of sharing GPUs": {
    "genai:cluster": {
      provider: "generic",
      pools: [
        pool("slices", "A10", { mode: "timeSlicing", replicas: 4 }),
        pool("mps", "A10", { mode: "mps", replicas: 4 }),
        pool("mig", "H100", { mode: "migSingle", profile: "1g.10gb" }),
        pool("mixed", "H100", { mode: "migMixed", profiles: { "1g.10gb": 2, "3g.40gb": 1 } }),
      ],
    },
    "genai:addons": {
      highAvailability: true,
      nvidiaDevicePlugin: { cdi: true },
      dcgmExporter: { podLabels: true },
      metricsServer: { insecureKubeletTls: true },
      openTelemetryCollector: { enabled: true, endpoint: "tempo.tracing.svc:4317" },
    },
    "genai:monitoring": { namespace: "monitoring" },
  },
  "vector stores with certificates": {
    "genai:cluster": { pools: [{ name: "system", nodes: 3, cpu: "16", memory: "64Gi" }] },
    "genai:tenants": { research: { owners: [{ kind: "Group", name: "leads" }] } },
    "genai:embeddings": { documents: { model: "BAAI/bge-m3", tenant: "research", pool: "system" } },
    "genai:vectorStores": Object.fromEntries(
      (["qdrant", "pgvector"] as const).map((engine) => [
        engine,
        {
          ...{ engine, tenant: "research", pool: "system", storage: "20Gi" },
          tls: { secretName: "tls" },
          snapshots: {
            copies: { kind: "s3", bucket: "copies", region: "eu-central-1", credentials: { secretName: "copies" } },
          },
          collections: { handbook: { embedder: "documents" } },
        },
      ]),
    ),
  },
  "every engine, and weights from everywhere": {
    "genai:cluster": {
      kubernetesVersion: "1.36",
      sharedStorageClass: "nfs",
      pools: [pool("a10", "A10", { mode: "none" }), { name: "system", nodes: 2, cpu: "64", memory: "256Gi" }],
    },
    "genai:tenants": { research: {} },
    "genai:models": Object.fromEntries(
      [
        {
          ...{ engine: "vllm", weights: { mirror: true, revision: commit } },
          adapters: { sql: { source: `hf://acme/sql-lora@${commit}`, rank: 16 } },
        },
        { engine: "vllm", adapters: { law: { source: `hf://acme/law-lora@${commit}`, rank: 8 } } },
        { engine: "sglang", weights: { source: "s3://models/qwen3", mirror: true, credentials: "models-bucket" } },
        { engine: "sglang", keyValueOffload: 32, weights: { source: "pvc://models/qwen3" } },
        { engine: "vllm", prefixCaching: false, weights: { source: "oci://ghcr.io/acme/qwen3:1.0" } },
        { engine: "llamaCpp" },
      ].map((model, index) => [`chat-${index}`, { model: "Qwen/Qwen3-8B", ...model }]),
    ),
    "genai:monitoring": { namespace: "monitoring" },
  },
  "models behind a Gateway": {
    "genai:cluster": {
      pools: [pool("a10", "A10", { mode: "none" }), { name: "system", nodes: 2, cpu: "64", memory: "256Gi" }],
    },
    "genai:tenants": { research: {} },
    "genai:models": Object.fromEntries(
      ["vllm", "sglang"].map((engine) => [
        engine,
        {
          ...{ model: "Qwen/Qwen3-8B", engine, contextLength: 16384 },
          inferencePool: { gateway: "inference", gatewayNamespace: "gateways", host: `${engine}.example.com` },
        },
      ]),
    ),
    "genai:monitoring": { namespace: "monitoring" },
  },
  "a model over several nodes": {
    "genai:cluster": {
      leaderWorkerSet: true,
      pools: [
        { name: "h100", gpu: "H100", gpusPerNode: 8, nodes: 6, cpu: "192", memory: "2Ti" },
        { name: "system", nodes: 2, cpu: "16", memory: "64Gi" },
      ],
    },
    "genai:tenants": { research: {} },
    "genai:models": {
      large: { model: "deepseek-ai/DeepSeek-R1-0528", pool: "h100", gpusPerReplica: 16, maxReplicas: 2 },
    },
    "genai:monitoring": { namespace: "monitoring" },
  },
  "dynamic resource allocation": {
    "genai:cluster": { kubernetesVersion: "1.36", pools: [pool("a10", "A10", { mode: "none" })] },
    "genai:addons": { nvidiaDevicePlugin: { enabled: false }, draDriver: { enabled: true } },
  },
};

async function rendered(yamlText: string, stack: string): Promise<KubernetesObject[]> {
  const { config, problems } = readStackFile(yamlText);
  assert.deepEqual(problems, []);
  assert.ok(config);
  return (await renderStack(config, stack)) as unknown as KubernetesObject[];
}

describe("what stacks deploy", function () {
  this.timeout(60_000);
  const all: KubernetesObject[] = [];

  const keepsThePolicies = (name: string, yamlText: string) =>
    it(`keeps the policies: ${name}`, async () => {
      const objects = await rendered(yamlText, name);
      all.push(...objects);
      assert.deepEqual(
        rules.flatMap((rule) => evaluate(rule, objects).violations.map(({ message }) => `${rule.name}: ${message}`)),
        [],
      );
    });

  for (const stack of committedStacks())
    keepsThePolicies(`Pulumi.${stack}.yaml`, readFileSync(committedStackFile(stack), "utf8"));
  for (const [name, config] of Object.entries(more)) keepsThePolicies(name, stringify({ config }));

  it("needs every exception that there is", () => {
    const broken = new Set(
      rules.flatMap((rule) =>
        evaluate(rule, all, []).violations.map(({ object: { kind, metadata } }) =>
          [rule.name, kind, metadata?.namespace, metadata?.name].join(" "),
        ),
      ),
    );
    const idle = exceptions.filter(
      ({ rule, kind, namespace, name }) => !broken.has([rule, kind, namespace, name].join(" ")),
    );
    assert.deepEqual(idle, []);
  });
});
