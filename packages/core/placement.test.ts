import { assert } from "@genai/testing";
import {
  gpuAgentPlacement,
  lostNodeSeconds,
  poolAgentPlacement,
  poolPlacement,
  serverPlacement,
  tolerationsOf,
  type PlacedPool,
} from "./index.ts";

const gpuTaint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
const spot = { key: "spot", effect: "NoExecute" };
const pools: PlacedPool[] = [
  { name: "a10", taints: [gpuTaint, spot] },
  { name: "h100", taints: [spot, { key: "team", value: "red", effect: "NoSchedule" }] },
];

/** Whether a Pod with these tolerations may stay on a node with this taint, by the rules of kube-scheduler. */
function tolerates(
  tolerations: ReturnType<typeof tolerationsOf>,
  taint: { key: string; value?: string; effect: string },
) {
  return tolerations.some(
    ({ key, operator, value, effect }) =>
      (key === undefined || key === taint.key) &&
      (effect === undefined || effect === taint.effect) &&
      (operator === "Exists" || value === (taint.value ?? "")),
  );
}

const terms = ({ affinity }: ReturnType<typeof gpuAgentPlacement>) =>
  affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.map(
    ({ matchExpressions }) => matchExpressions,
  );

describe("placement", () => {
  it("gives every Pod on a pool a toleration for every taint of the pool", () => {
    for (const pool of pools) {
      for (const taint of pool.taints ?? []) {
        assert.ok(tolerates(poolPlacement(pool).tolerations, taint), `service on ${pool.name}: ${taint.key}`);
        assert.ok(tolerates(gpuAgentPlacement(pools).tolerations, taint), `agent on ${pool.name}: ${taint.key}`);
        assert.ok(tolerates(poolAgentPlacement([pool]).tolerations, taint), `agent of ${pool.name}: ${taint.key}`);
      }
    }
  });

  it("tolerates no more than the taints for a service", () => {
    assert.deepEqual(tolerationsOf([gpuTaint, spot, spot]), [
      { key: "nvidia.com/gpu", operator: "Equal", value: "present", effect: "NoSchedule" },
      { key: "spot", operator: "Exists", effect: "NoExecute" },
    ]);
    assert.deepEqual(poolPlacement({ name: "system" }).tolerations, []);
  });

  it("lets a server's Pods leave a lost node before Kubernetes' default of five minutes, and stay on its pool", () => {
    for (const pool of pools) {
      const { tolerations, affinity } = serverPlacement(pool);
      assert.deepEqual(affinity, poolPlacement(pool).affinity);
      for (const taint of pool.taints ?? []) assert.ok(tolerates(tolerations, taint), taint.key);
      for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
        const [toleration, ...more] = tolerations.filter((candidate) => candidate.key === key);
        assert.equal(toleration?.tolerationSeconds, lostNodeSeconds);
        assert.deepEqual(more, []);
      }
    }
    assert.ok(lostNodeSeconds < 300);
  });

  it("tolerates the usual GPU taint once, with any value, for an agent", () => {
    assert.deepEqual(gpuAgentPlacement(pools).tolerations, [
      { key: "CriticalAddonsOnly", operator: "Exists" },
      { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
      { key: "spot", operator: "Exists", effect: "NoExecute" },
      { key: "team", operator: "Equal", value: "red", effect: "NoSchedule" },
    ]);
  });

  it("finds GPU nodes by feature discovery or by their pool", () => {
    assert.deepEqual(terms(gpuAgentPlacement(pools)), [
      [{ key: "feature.node.kubernetes.io/pci-10de.present", operator: "In", values: ["true"] }],
      [{ key: "nvidia.com/gpu.present", operator: "In", values: ["true"] }],
      [{ key: "genai.platform/pool", operator: "In", values: ["a10", "h100"] }],
    ]);
    assert.equal(terms(gpuAgentPlacement([])).length, 2);
  });

  it("stays away from a node while its GPUs are split", () => {
    const paused = { key: "deploy", operator: "NotIn", values: ["false", "paused-for-mig-change"] };
    for (const term of terms(gpuAgentPlacement(pools, "deploy"))) assert.deepEqual(term.at(-1), paused);
  });
});
