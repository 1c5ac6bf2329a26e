import { assert, registeredBy } from "@genai/testing";
import { type BatchAmounts, BatchQueues, batchQueuesObjects, type BatchQueuesArgs } from "./batch-queues.ts";

const amounts = (gpus: number): BatchAmounts => ({ gpus, milliCpus: 2500n, milliBytes: 1000n * 2n ** 30n });

const args: BatchQueuesArgs = {
  pools: [
    { name: "system" },
    { name: "a10", taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] },
  ],
  queues: {
    research: { namespace: "tenant-research", quotas: { a10: amounts(2) }, weight: 2 },
    support: { namespace: "tenant-support", quotas: { system: amounts(0), a10: amounts(4) } },
  },
  loan: { a10: amounts(1) },
};

describe("batchQueuesObjects", () => {
  const objects = batchQueuesObjects("batch-queues", args);
  const queue = (tenant: string) => {
    const object = objects[`queue-${tenant}`];
    assert.ok(object, tenant);
    return object.spec;
  };
  const quotasOf = ({ resourceGroups }: ReturnType<typeof queue>, flavor: string) => {
    const found = resourceGroups[0]?.flavors.find(({ name }) => name === flavor);
    return Object.fromEntries(found?.resources.map(({ name, nominalQuota }) => [name, nominalQuota]) ?? []);
  };

  it("makes of every pool a flavor with its nodes' label and what their taints need", () => {
    assert.deepEqual(objects["flavor-a10"]?.spec, {
      nodeLabels: { "genai.platform/pool": "a10" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Equal", value: "present", effect: "NoSchedule" }],
    });
    assert.deepEqual(objects["flavor-system"]?.spec.tolerations, []);
  });

  it("gives every tenant a queue of its own in one cohort, which takes back what it lent", () => {
    for (const tenant of ["research", "support"]) {
      const { cohortName, preemption, namespaceSelector } = queue(tenant);
      assert.equal(cohortName, objects.cohort.metadata?.["name" as keyof object]);
      assert.deepEqual(preemption, { reclaimWithinCohort: "Any", withinClusterQueue: "LowerPriority" });
      assert.deepEqual(namespaceSelector.matchLabels, { "kubernetes.io/metadata.name": `tenant-${tenant}` });
      assert.equal(objects[`door-${tenant}`]?.spec.clusterQueue, `genai-${tenant}`);
    }
    assert.equal(queue("research").fairSharing?.weight, "2");
    assert.equal(queue("support").fairSharing?.weight, "1");
  });

  it("counts what is a tenant's own, and nothing on pools where it has nothing", () => {
    const counted = { "nvidia.com/gpu": "2", cpu: "2500m", memory: "1024Mi", "ephemeral-storage": "1Pi" };
    assert.deepEqual(quotasOf(queue("research"), "genai-a10"), counted);
    const { "nvidia.com/gpu": gpus, cpu } = quotasOf(queue("research"), "genai-system");
    assert.deepEqual([gpus, cpu], ["0", "0m"]);
  });

  it("covers everything that a tenant's Pods request, the defaults of its namespace included", () => {
    for (const { resourceGroups } of [objects.cohort.spec, queue("research"), queue("support")]) {
      assert.deepEqual(resourceGroups[0]?.coveredResources, ["nvidia.com/gpu", "cpu", "memory", "ephemeral-storage"]);
      assert.deepEqual(
        resourceGroups[0]?.flavors.map(({ name }) => name),
        ["genai-system", "genai-a10"],
      );
    }
  });

  it("is registered as Kueue's own kinds", async () => {
    const resources = await registeredBy(() => new BatchQueues("batch-queues", args));
    const types = new Set(resources.map(({ type }) => type).filter((type) => type.startsWith("kubernetes:")));
    const kinds = ["ClusterQueue", "Cohort", "LocalQueue", "ResourceFlavor", "WorkloadPriorityClass"];
    assert.deepEqual(
      [...types].toSorted(),
      kinds.map((kind) => `kubernetes:kueue.x-k8s.io/v1beta2:${kind}`),
    );
  });
});
