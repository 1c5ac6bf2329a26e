import {
  type EmbeddingModelName,
  embeddingModels,
  fitsGpu,
  type GpuName,
  gpus,
  type ModelName,
  models,
  replicaSizes,
} from "@genai/catalog";
import { isDnsLabel } from "@genai/core";
import { assert, registeredBy } from "@genai/testing";
import fc from "fast-check";
import { stringify } from "yaml";
import { deployPlatform } from "../program.ts";
import { readStackFile } from "./index.ts";

/** Every way to run a model on a GPU that fits, with at most 4 GPUs. */
const fitting = (Object.keys(models) as ModelName[]).flatMap((model) =>
  (Object.keys(gpus) as GpuName[]).flatMap((gpu) =>
    replicaSizes
      .filter((size) => size <= 4 && fitsGpu(model, gpu, { tensorParallel: size, contextLength: 4096 }).fits)
      .map((gpusPerReplica) => ({ model, gpu, gpusPerReplica })),
  ),
);

const name = (maximum: number) =>
  fc.stringMatching(/^[a-z][a-z0-9-]*[a-z0-9]$/, { maxLength: maximum }).filter(isDnsLabel);

const service = fc.record({
  way: fc.constantFrom(...fitting),
  tenant: fc.nat(),
  minReplicas: fc.integer({ min: 1, max: 2 }),
  more: fc.integer({ min: 0, max: 2 }),
  maximumOutputTokens: fc.option(fc.integer({ min: 1, max: 4096 }), { nil: undefined }),
  systemPrompt: fc.option(
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
    { nil: undefined },
  ),
  apiKeyGeneration: fc.integer({ min: 1, max: 9 }),
});

const embedding = fc.record({
  model: fc.constantFrom(...(Object.keys(embeddingModels) as EmbeddingModelName[])),
  tenant: fc.nat(),
  replicas: fc.integer({ min: 1, max: 3 }),
});

/** A stack file that is valid by construction: each service has a pool of its own GPUs, and each tenant the sum of its services. */
const stackFile = fc
  .record({
    tenants: fc.uniqueArray(name(56), { minLength: 1, maxLength: 3 }),
    services: fc.uniqueArray(
      fc.tuple(
        name(47).filter((text) => !text.startsWith("e-")),
        service,
      ),
      { minLength: 1, maxLength: 4, selector: ([key]) => key },
    ),
    embeddings: fc.uniqueArray(fc.tuple(name(40), embedding), { maxLength: 2, selector: ([key]) => key }),
    provider: fc.constantFrom("generic", "k3s", "k3d", "eks", "gke", "aks", "sandbox"),
    taints: fc.option(fc.constant([{ key: "dedicated", value: "llm", effect: "NoExecute" }]), { nil: undefined }),
  })
  .map(({ tenants, services, embeddings, provider, taints }) => {
    const tenantOf = ({ tenant }: { tenant: number }) => tenants[tenant % tenants.length] ?? "";
    return {
      "genai:version": 2,
      "genai:cluster": {
        provider,
        pools: [
          { name: "cpu", nodes: 4, cpu: "64", memory: "2Ti" },
          ...services.map(([, each], index) => ({
            name: `pool-${index}`,
            gpu: each.way.gpu,
            gpusPerNode: 4,
            nodes: each.minReplicas + each.more,
            cpu: "64",
            memory: "512Gi",
            ...(taints ? { taints } : {}),
          })),
        ],
      },
      "genai:tenants": Object.fromEntries(
        tenants.map((tenant) => [
          tenant,
          // What else it has follows from its services.
          { owners: [{ kind: "Group", name: "leads" }] },
        ]),
      ),
      // A name of its own: a service and an embedding service may not share one.
      "genai:embeddings": Object.fromEntries(
        embeddings.map(([key, { tenant, ...each }]) => [
          `e-${key}`,
          { ...each, tenant: tenantOf({ tenant }), pool: "cpu" },
        ]),
      ),
      "genai:models": Object.fromEntries(
        services.map(([key, { way, minReplicas, more, ...rest }], index) => [
          key,
          {
            model: way.model,
            gpusPerReplica: way.gpusPerReplica,
            tenant: tenantOf(rest),
            pool: `pool-${index}`,
            minReplicas,
            maxReplicas: minReplicas + more,
            contextLength: 4096,
            apiKeyGeneration: rest.apiKeyGeneration,
            ...(rest.maximumOutputTokens === undefined ? {} : { maximumOutputTokens: rest.maximumOutputTokens }),
            ...(rest.systemPrompt === undefined ? {} : { systemPrompt: rest.systemPrompt }),
            ...(models[way.model].gated ? { weights: { token: { name: "hugging-face", key: "token" } } } : {}),
          },
        ]),
      ),
    };
  });

const read = (config: object) => readStackFile(stringify({ config }));

describe("any valid stack file", () => {
  it("has no problems, and its quotas are within its pools", () => {
    const property = fc.property(stackFile, (values) => {
      const { config, problems } = read(values);
      assert.deepEqual(problems, []);
      const capacity =
        config?.cluster.pools.reduce((sum, { nodes, gpusPerNode = 0 }) => sum + nodes * gpusPerNode, 0) ?? 0;
      const quotas = Object.values(config?.tenants ?? {}).reduce((sum, { gpus: quota }) => sum + quota, 0);
      assert.ok(quotas <= capacity);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("builds a program whose names Kubernetes accepts", async () => {
    const property = fc.asyncProperty(stackFile, async (values) => {
      const { config } = read(values);
      assert.ok(config);
      const resources = await registeredBy(() => deployPlatform(config, {}));
      for (const { inputs } of resources) {
        const metadata = inputs["metadata"] as { name: string; labels?: Record<string, string> } | undefined;
        // Names of roles are paths, not labels; all others are.
        if (metadata) assert.match(metadata.name, /^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/);
        if (metadata) assert.ok(metadata.name.length <= 63, metadata.name);
        for (const label of Object.values(metadata?.labels ?? {})) assert.ok(label.length <= 63, label);
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe("any stack file with one thing wrong", () => {
  /** What a slip of the hand does to a key or to its value. */
  const mutation = fc.constantFrom("misspelt", "list", "map", "boolean", "negative", "empty");
  const section = fc.constantFrom("genai:cluster", "genai:tenants", "genai:models", "genai:embeddings");

  it("names the key", () => {
    const property = fc.property(stackFile, section, mutation, fc.nat(), (values, where, what, pick) => {
      const changed = structuredClone(values) as unknown as Record<string, Record<string, unknown>>;
      const holder =
        where === "genai:cluster"
          ? (changed[where]?.["pools"] as Record<string, unknown>[] | undefined)?.[0]
          : (Object.values(changed[where] ?? {})[0] as Record<string, unknown> | undefined);
      fc.pre(holder !== undefined);
      const keys = Object.keys(holder);
      const key = keys[pick % keys.length] ?? "";
      if (what === "misspelt") {
        holder[`${key}x`] = holder[key];
        delete holder[key];
      } else holder[key] = { list: [["x"]], map: { x: 1 }, boolean: true, negative: -1, empty: "" }[what];
      const said = read(changed).problems.map(({ path, message }) => `${path}: ${message}`);
      const named = said.some((line) => line.includes(`.${key}`));
      assert.ok(named, `${where} ${key} ${what}: ${said.join(" | ")}`);
    });
    fc.assert(property, { numRuns: 3_000 });
  });
});
