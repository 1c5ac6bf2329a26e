import { isDnsLabel, type KubernetesObject, milliUnits } from "@genai/core";
import { embeddingServerObjects, inferenceServerObjects } from "@genai/services";
import { tenantNamespace, tenantObjects } from "@genai/tenancy";
import { assert, registeredBy } from "@genai/testing";
import fc from "fast-check";
import { stringify } from "yaml";
import { deployPlatform } from "../program.ts";
import { batchShares } from "./batch-shares.ts";
import { type Place, placesIn, stackFiles } from "./generated-stack-files.ts";
import { migrateText, type PlatformConfig, readStackFile } from "./index.ts";
import { poolGpus } from "./offered-gpus.ts";
import { type ServiceUse, serviceUses } from "./service-uses.ts";

const read = (config: object) => readStackFile(stringify({ config }));

/** The objects of every tenant and service as plain data: what the program registers, without the engine. */
function objectsOf({ cluster, tenants, models, embeddings }: PlatformConfig): KubernetesObject[] {
  const poolOf = (name: string) => {
    const pool = cluster.pools.find((each) => each.name === name);
    assert.ok(pool);
    return pool;
  };
  const deployed = (tenant: string) => ({ namespace: tenantNamespace(tenant), apiKey: "key", freeGpus: 0 });
  const groups: object[] = [
    ...Object.entries(tenants).map(([name, tenant]) => tenantObjects(name, tenant)),
    ...Object.entries(models).map(([name, model]) => {
      const { gpu, gpusPerNode, ...pool } = poolOf(model.pool);
      assert.ok(gpu && gpusPerNode);
      const args = { ...model, ...deployed(model.tenant), pool: { ...pool, gpu, gpusPerNode } };
      return inferenceServerObjects(name, args);
    }),
    ...Object.entries(embeddings).map(([name, embedding]) =>
      embeddingServerObjects(name, { ...embedding, ...deployed(embedding.tenant), pool: poolOf(embedding.pool) }),
    ),
  ];
  return groups.flatMap((group) => Object.values(group).filter((object) => object !== undefined));
}

/** Asserts that the API server takes the names and labels of an object. */
function checkMetadata(metadata: unknown): void {
  const { name, labels } = metadata as { name: string; labels?: Record<string, string> };
  // Names of roles are paths, not labels; all others are.
  assert.match(name, /^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/);
  assert.ok(name.length <= 63, name);
  for (const label of Object.values(labels ?? {}))
    assert.ok(isDnsLabel(label.toLowerCase().replaceAll(/[._]/g, "-")), label);
}

describe("any valid stack file", () => {
  it("has no problems, quotas that add up, and objects with legal names", () => {
    const property = fc.property(stackFiles, (values) => {
      const { config, problems } = read(values);
      assert.deepEqual(problems, []);
      assert.ok(config);
      const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
      const quotas = Object.entries(config.tenants);
      assert.ok(
        sum(quotas.map(([, { gpus }]) => gpus)) <=
          sum(config.cluster.pools.map((pool) => poolGpus(pool, config.addons))),
      );
      for (const [tenant, { gpus, cpu, memory, pods }] of quotas) {
        const own: ServiceUse[] = serviceUses(config).filter((use) => use.tenant === tenant);
        assert.equal(gpus, sum(own.map(({ maxReplicas, replica }) => maxReplicas * replica.gpus)));
        const total = (part: "milliCpus" | "milliBytes") =>
          own.reduce((all, { maxReplicas, replica }) => all + BigInt(maxReplicas) * replica[part], 0n);
        assert.ok(total("milliCpus") <= milliUnits(cpu) && total("milliBytes") <= milliUnits(memory));
        assert.ok(pods > sum(own.map(({ maxReplicas }) => maxReplicas)));
      }
      for (const { metadata } of objectsOf(config)) checkMetadata(metadata);
      const { quotas: queues } = batchShares(config);
      for (const pool of config.cluster.pools) {
        const serving = serviceUses(config).filter((use) => use.pool === pool.name);
        const promised =
          sum(serving.map(({ maxReplicas, replica }) => maxReplicas * replica.gpus)) +
          sum(Object.values(queues).map((of) => of[pool.name]?.gpus ?? 0));
        assert.ok(promised <= poolGpus(pool, config.addons), `pool ${pool.name} is promised ${promised} GPUs`);
      }
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("builds a program", async () => {
    const property = fc.asyncProperty(stackFiles, async (values) => {
      const { config } = read(values);
      assert.ok(config);
      config.scheduling.kueue.enabled = config.scheduling.kueue.version !== undefined;
      const resources = await registeredBy(() => deployPlatform(config, {}));
      for (const { inputs } of resources) if (inputs["metadata"]) checkMetadata(inputs["metadata"]);
    });
    await fc.assert(property, { numRuns: 50 });
  });
});

describe("any stack file with one thing wrong", () => {
  /** What a slip of the hand, or a program that writes stack files, does to a value. */
  const wrong = {
    list: [["x"]],
    map: { x: 1 },
    boolean: true,
    negative: -1,
    huge: 1e308,
    empty: "",
    nothing: null,
  };
  const mutation = fc.constantFrom("misspelt", ...(Object.keys(wrong) as (keyof typeof wrong)[]));

  it("names the key", () => {
    const property = fc.property(stackFiles, mutation, fc.nat(), (values, what, pick) => {
      const changed = structuredClone(values);
      // A name is the user's own, and an empty section or entry is one that was left out.
      const places = placesIn(changed).filter(
        ({ known, top }) => (what !== "misspelt" || known) && (what !== "nothing" || (known && !top)),
      );
      const { holder, key, top } = places[pick % places.length] as Place;
      if (what === "misspelt") {
        holder[`${key}x`] = holder[key];
        delete holder[key];
      } else holder[key] = wrong[what];
      const said = read(changed).problems.map(({ path, message }) => `${path}: ${message}`);
      assert.ok(
        said.some((line) => (top ? line.startsWith(key) : line.includes(`.${key}`))),
        `${key} ${what}: ${said.join(" | ")}`,
      );
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  it("is read to an end, whatever stands there", () => {
    const property = fc.property(stackFiles, fc.nat(), fc.jsonValue({ depthSize: "small" }), (values, pick, value) => {
      const changed = structuredClone(values);
      const places = placesIn(changed);
      const { holder, key } = places[pick % places.length] as Place;
      holder[key] = value;
      const { config, problems } = read(changed);
      assert.equal(config === undefined, problems.length > 0);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("is read and migrated to an end, however its text is damaged", () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 3 }),
      put: fc.constantFrom("", "*", "&", "!", "{", "[", ":", "#", '"', "\n", "\t", "é", "- ", "<<"),
    });
    const property = fc.property(stackFiles, fc.array(edit, { minLength: 1, maxLength: 3 }), (values, edits) => {
      const damaged = edits.reduce(
        (text, { at, cut, put }) => {
          const place = at % text.length;
          return text.slice(0, place) + put + text.slice(place + cut);
        },
        stringify({ config: values }),
      );
      const { config, problems } = readStackFile(damaged);
      assert.equal(config === undefined, problems.length > 0);
      const { text } = migrateText(damaged);
      assert.deepEqual(migrateText(text).steps, []);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
