import {
  encoderModels,
  type EncoderName,
  fitsGpu,
  type GpuName,
  gpus,
  isEmbeddingModel,
  type ModelName,
  models,
  replicaSizes,
} from "@genai/catalog";
import { isServiceName } from "@genai/core";
import fc from "fast-check";

/** Stack files for property tests: valid by construction, over every section. */

/** Every way to run a model on a GPU that fits, with at most 4 GPUs. */
const fitting = (Object.keys(models) as ModelName[]).flatMap((model) =>
  (Object.keys(gpus) as GpuName[]).flatMap((gpu) =>
    replicaSizes
      .filter((size) => size <= 4 && fitsGpu(model, gpu, { tensorParallel: size, contextLength: 4096 }).fits)
      .map((gpusPerReplica) => ({ model, gpu, gpusPerReplica })),
  ),
);

const name = (maximum: number) =>
  fc
    .stringMatching(/^[a-z][a-z0-9-]*[a-z0-9]$/, { maxLength: maximum })
    .filter((text) => isServiceName(text) && text !== "default");

const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

const service = fc.record({
  way: fc.constantFrom(...fitting),
  tenant: fc.nat(),
  minReplicas: fc.integer({ min: 1, max: 2 }),
  more: fc.integer({ min: 0, max: 2 }),
  maximumOutputTokens: optional(fc.integer({ min: 1, max: 4096 })),
  systemPrompt: optional(fc.string({ minLength: 1 }).filter((text) => text.trim() !== "")),
  bandwidth: optional(fc.integer({ min: 10_000_000, max: 10_000_000_000 })),
  cpuUtilization: optional(fc.integer({ min: 1, max: 100 })),
  apiKeyGeneration: fc.integer({ min: 1, max: 9 }),
});

const embedding = fc.record({
  model: fc.constantFrom(...(Object.keys(encoderModels) as EncoderName[])),
  tenant: fc.nat(),
  replicas: fc.integer({ min: 1, max: 3 }),
  /** A vector store with a collection for it, a pipeline that fills it and a schedule for that. */
  stored: fc.boolean(),
});

const worker = fc.record({ tenant: fc.nat(), maxReplicas: fc.integer({ min: 1, max: 4 }) });

/** Named entries, each name once. */
const named = <Entry>(
  maximumLength: number,
  entry: fc.Arbitrary<Entry>,
  count: { minLength?: number; maxLength: number },
) => fc.uniqueArray(fc.tuple(name(maximumLength), entry), { ...count, selector: ([key]) => key });

/** The values of a stack file by their keys. Each model has a pool of its own GPUs, and each tenant the quota that follows from its services. */
export const stackFiles = fc
  .record({
    tenants: fc.uniqueArray(name(56), { minLength: 1, maxLength: 3 }),
    services: named(45, service, { minLength: 1, maxLength: 4 }),
    embeddings: named(40, embedding, { maxLength: 2 }),
    workers: named(40, worker, { maxLength: 2 }),
    provider: fc.constantFrom("generic", "k3s", "k3d", "eks", "gke", "aks", "sandbox"),
    taints: optional(fc.constant([{ key: "dedicated", value: "llm", effect: "NoExecute" }])),
    gateway: fc.boolean(),
    kueue: fc.boolean(),
    mesh: fc.boolean(),
  })
  .map(({ tenants, services, embeddings, workers, provider, taints, gateway, kueue, mesh }) => {
    const tenantOf = ({ tenant }: { tenant: number }) => tenants[tenant % tenants.length] ?? "";
    // Names of their own: a service and an embedding service may not share one.
    const serving = services.map(([key, each], index) => [`m-${key}`, each, `pool-${index}`] as const);
    const stored = embeddings.filter(([, { stored: is, model }]) => is && isEmbeddingModel(model));
    const entries = <Value>(list: readonly (readonly [string, Value])[]) => Object.fromEntries(list);
    return {
      "genai:version": 2,
      "genai:cluster": {
        provider,
        ...(mesh && provider !== "sandbox" ? { mesh: { kind: "istioAmbient", namespaces: ["ingress-nginx"] } } : {}),
        pools: [
          { name: "cpu", nodes: 8, cpu: "64", memory: "2Ti" },
          ...serving.map(([, { way, minReplicas, more }, pool]) => ({
            name: pool,
            gpu: way.gpu,
            gpusPerNode: 4,
            nodes: minReplicas + more,
            cpu: "64",
            memory: "512Gi",
            ...(taints ? { taints } : {}),
          })),
        ],
      },
      // What else tenants have follows from their services.
      "genai:tenants": entries(tenants.map((tenant) => [tenant, { owners: [{ kind: "Group", name: "leads" }] }])),
      "genai:scheduling": { kueue: kueue ? { version: "0.17" } : {} },
      "genai:embeddings": entries(
        embeddings.map(([key, each]) => [
          `e-${key}`,
          { model: each.model, replicas: each.replicas, tenant: tenantOf(each), pool: "cpu" },
        ]),
      ),
      "genai:models": entries(
        serving.map(([key, { way, minReplicas, more, bandwidth, cpuUtilization, ...rest }, pool]) => {
          const token = models[way.model].gated ? { token: { name: "hugging-face", key: "token" } } : {};
          const weights = { ...token, ...(bandwidth === undefined ? {} : { bandwidth }) };
          return [
            key,
            {
              model: way.model,
              gpusPerReplica: way.gpusPerReplica,
              tenant: tenantOf(rest),
              pool,
              minReplicas,
              maxReplicas: minReplicas + more,
              contextLength: 4096,
              apiKeyGeneration: rest.apiKeyGeneration,
              ...(rest.maximumOutputTokens === undefined ? {} : { maximumOutputTokens: rest.maximumOutputTokens }),
              ...(rest.systemPrompt === undefined ? {} : { systemPrompt: rest.systemPrompt }),
              ...(cpuUtilization === undefined ? {} : { scaling: { cpuUtilization } }),
              ...(Object.keys(weights).length > 0 ? { weights } : {}),
            },
          ];
        }),
      ),
      "genai:vectorStores": entries(
        stored.map(([key, each]) => [
          `s-${key}`,
          { tenant: tenantOf(each), pool: "cpu", storage: "1Ti", collections: { texts: { embedder: `e-${key}` } } },
        ]),
      ),
      "genai:pipelines": entries(
        stored.map(([key]) => [
          `p-${key}`,
          {
            source: { kind: "s3", location: "s3://texts/", secret: "texts" },
            collection: `s-${key}/texts`,
            pool: "cpu",
          },
        ]),
      ),
      "genai:schedules": entries(stored.map(([key]) => [`n-${key}`, { cron: "0 3 * * *", run: `p-${key}` }])),
      "genai:workers": entries(
        workers.map(([key, { tenant, maxReplicas }]) => [
          `w-${key}`,
          { image: "team/worker:1", tenant: tenantOf({ tenant }), pool: "cpu", maxReplicas },
        ]),
      ),
      ...(gateway
        ? {
            "genai:gateway": {
              pool: "cpu",
              host: "chat.example.com",
              expose: { kind: "ingress", controllerNamespace: "ingress-nginx" },
              timeoutSeconds: 3_600,
              limits: { [tenants[0] ?? ""]: { requestsPerMinute: 60 } },
            },
            "genai:prompts": entries(
              serving.map(([model], index) => [
                `prompt-${index}`,
                {
                  model,
                  variables: ["product"],
                  variants: {
                    v1: { weight: 90, text: "You help customers of {{product}}." },
                    v2: { weight: 10, text: "Help them." },
                  },
                },
              ]),
            ),
            "genai:ui": { tenant: tenants[0], pool: "cpu", storage: "10Gi" },
          }
        : {}),
    };
  });

/** The sections, and keys of others, whose keys are names of the user's own. */
const nameMaps =
  /^(genai:(tenants|models|embeddings|vectorStores|pipelines|schedules|workers|prompts)|.*\.(collections|fallbacks|limits|variants))$/;

/** A key somewhere in the values of a stack file. */
export interface Place {
  holder: Record<string, unknown>;
  key: string;
  /** Whether the schema knows the key; a name of the user's own otherwise. */
  known: boolean;
  /** Whether it is a section. */
  top: boolean;
}

/** Every key in a value of a stack file, however deep. */
export function placesIn(value: unknown, path = ""): Place[] {
  if (Array.isArray(value)) return value.flatMap((item) => placesIn(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, child]) => [
    { holder, key, known: !nameMaps.test(path), top: path === "" },
    ...placesIn(child, path === "" ? key : `${path}.${key}`),
  ]);
}
