import { assert } from "@genai/testing";
import { batchShares } from "./batch-shares.ts";
import { readStackConfig } from "./read.ts";
import type { PlatformConfig } from "./schema.ts";

const owners = [{ kind: "Group", name: "leads" }];

/** Eight GPUs, of which chat of tenant research takes one to three; more of the file by key. */
function configOf(more: Readonly<Record<string, unknown>> = {}): PlatformConfig {
  const { config, problems } = readStackConfig({
    "genai:version": 2,
    "genai:cluster": {
      pools: [
        { name: "system", nodes: 2, cpu: "16", memory: "64Gi" },
        { name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 2, cpu: "48", memory: "192Gi" },
      ],
    },
    "genai:tenants": {
      research: { gpus: 5, cpu: "40", memory: "128Gi", pods: 50, owners },
      support: { gpus: 2, cpu: "40", memory: "128Gi", pods: 50, owners },
    },
    "genai:models": {
      chat: { model: "Qwen/Qwen3-8B", tenant: "research", pool: "a10", maxReplicas: 3, contextLength: 16384 },
    },
    "genai:scheduling": { kueue: { enabled: true } },
    ...more,
  });
  assert.deepEqual(problems, []);
  assert.ok(config);
  return config;
}

const gpusOf = (byPool: Readonly<Record<string, { gpus: number }>> | undefined) =>
  Object.fromEntries(Object.entries(byPool ?? {}).map(([pool, { gpus }]) => [pool, gpus]));

describe("batchShares", () => {
  it("leaves services room for their largest, and lends what they leave at their smallest", () => {
    const { quotas, loan, most } = batchShares(configOf());
    assert.deepEqual(gpusOf(quotas["research"]), { system: 0, a10: 2 }, "five, less chat at its largest");
    assert.deepEqual(gpusOf(quotas["support"]), { system: 0, a10: 2 }, "all of its quota");
    // Eight, less one of chat's, less four that are owned.
    assert.deepEqual(gpusOf(loan), { system: 0, a10: 3 });
    assert.equal(most.gpus, 7, "all but what chat always has");
  });

  it("counts CPU and memory in the same way, and never more than there is", () => {
    const { quotas, loan, most } = batchShares(configOf());
    const all = [loan, ...Object.values(quotas)];
    const sum = (pool: string) => all.reduce((total, of) => total + (of[pool]?.milliCpus ?? 0n), 0n);
    assert.equal(sum("system"), 32_000n, "nothing serves there");
    assert.ok(sum("a10") < 96_000n, "less what chat always has");
    assert.equal(most.milliCpus, sum("system") + sum("a10"));
    assert.ok(all.every((of) => Object.values(of).every(({ milliBytes }) => milliBytes >= 0n)));
  });

  it("divides a quota over pools as they have room", () => {
    const more = {
      "genai:cluster": {
        pools: [
          { name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 1, cpu: "48", memory: "192Gi" },
          { name: "l40s", gpu: "L40S", gpusPerNode: 4, nodes: 3, cpu: "48", memory: "192Gi" },
        ],
      },
      "genai:models": {},
      "genai:tenants": { research: { gpus: 8, cpu: "40", memory: "128Gi", pods: 50, owners } },
    };
    const { quotas, loan } = batchShares(configOf(more));
    assert.deepEqual(gpusOf(quotas["research"]), { a10: 2, l40s: 6 });
    assert.deepEqual(gpusOf(loan), { a10: 2, l40s: 6 });
  });

  it("takes what the file gives a tenant, and divides the rest among the others", () => {
    const kueue = { enabled: true, tenants: { research: { gpus: { a10: 1 } } } };
    const { quotas, loan } = batchShares(configOf({ "genai:scheduling": { kueue } }));
    assert.deepEqual(gpusOf(quotas["research"]), { system: 0, a10: 1 });
    assert.deepEqual(gpusOf(quotas["support"]), { system: 0, a10: 2 });
    assert.deepEqual(gpusOf(loan), { system: 0, a10: 4 });
  });
});
