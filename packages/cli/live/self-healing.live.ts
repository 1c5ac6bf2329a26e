import { lostNodeSeconds } from "@genai/core";
import { assert } from "@genai/testing";
import { type DrilledCluster, startDrilledCluster } from "./drilled-cluster.ts";
import { crashesAnnotation, failureLabel, loadingSeconds } from "./failure-stages.ts";
import { sampled, type ServingState } from "./serving-state.ts";

const namespace = "tenant-research";
const least = (samples: readonly ServingState[], key: "endpoints" | "available" | "healthy") =>
  Math.min(...samples.map((sample) => sample[key]));
const uids = ({ pods }: ServingState) => pods.map(({ uid }) => uid).toSorted();
const nodes = ({ pods }: ServingState) => pods.map(({ node }) => node).toSorted();

interface Job {
  status: { failed?: number; conditions?: { type: string; status: string; reason: string }[] };
}

interface Node {
  spec: { taints?: { key: string; effect: string; timeAdded?: string }[] };
}

describe("self-healing, on the embedded cluster with failures of KWOK's", function () {
  this.timeout(240_000);
  let cluster: DrilledCluster;
  before(async () => {
    cluster = await startDrilledCluster();
  });
  after(() => cluster?.stop());

  /** What holds in every drill: somebody answers, and the disruption budget has what it wants. */
  const servingStayedUp = (samples: readonly ServingState[]) => {
    assert.ok(samples.length >= 10, `only ${samples.length} samples`);
    assert.ok(least(samples, "endpoints") >= 1, "the Service led nowhere");
    const broken = samples.find(({ healthy, wanted }) => wanted < 1 || healthy < wanted);
    assert.equal(broken, undefined, JSON.stringify(broken));
  };

  it("lets a pipeline that crashes again and again end as failed, and serves on untouched", async () => {
    const before = await cluster.steady();
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const { samples, result } = await sampled(cluster.look, async () => {
      await cluster.client.request("POST", path, { body: await crashingRun("crashing", 2) });
      return cluster.find(`${path}/crashing`, ({ status }: Job) => {
        const failed = status.conditions?.find(({ type }) => type === "Failed");
        return failed && { ...failed, pods: status.failed };
      });
    });
    assert.deepEqual([result.status, result.reason, result.pods], ["True", "BackoffLimitExceeded", 3]);
    servingStayedUp(samples);
    assert.equal(least(samples, "available"), 2);
    for (const sample of samples) {
      assert.deepEqual(uids(sample), uids(before));
      assert.ok(sample.pods.every(({ restarts }) => restarts === 0));
    }
  });

  it("starts a server that crashes again in its Pod, while the other one answers", async () => {
    const before = await cluster.steady();
    const [crashing] = before.pods;
    assert.ok(crashing);
    const { samples, result } = await sampled(cluster.look, async () => {
      await cluster.kubectl("annotate", "pod", crashing.name, "-n", namespace, `${crashesAnnotation}=2`);
      return cluster.until(
        ({ pods, endpoints }) =>
          endpoints === 2 && pods.some(({ uid, restarts }) => uid === crashing.uid && restarts === 2),
      );
    });
    servingStayedUp(samples);
    assert.equal(least(samples, "endpoints"), 1, "the crashed server was still in its Service");
    assert.deepEqual(uids(result), uids(before));
    assert.deepEqual(result.pods.map(({ restarts }) => restarts).toSorted(), [0, 2]);
  });

  it("drains the GPU pool, two nodes at once, without breaking the disruption budget", async () => {
    const [first = "", second = ""] = nodes(await cluster.steady());
    assert.notEqual(first, second, "both replicas were on one node");
    const { samples, result } = await sampled(cluster.look, async () => {
      const said = await Promise.all([cluster.drain(first), cluster.drain(second)]);
      const moved = await cluster.steady();
      await cluster.kubectl("uncordon", first, second);
      const [third = ""] = nodes(moved);
      said.push(await cluster.drain(third));
      const back = await cluster.steady();
      await cluster.kubectl("uncordon", third);
      return { said: said.join("\n"), moved, third, back };
    });
    servingStayedUp(samples);
    assert.match(result.said, /violate the pod's disruption budget/, "nothing ever had to wait");
    assert.deepEqual(new Set(nodes(result.moved)), new Set([result.third]));
    assert.deepEqual(nodes(result.back), [first, second]);
  });

  it("replaces the Pods of a lost node on another one, when the toleration is over", async () => {
    const [lost, kept] = (await cluster.steady()).pods;
    assert.ok(lost && kept && lost.node !== kept.node);
    const { samples, result } = await sampled(cluster.look, async () => {
      await cluster.kubectl("label", "node", lost.node, `${failureLabel}=lost`);
      const taint = await unreachableSince(lost.node);
      const replaced = ({ pods, endpoints }: ServingState) =>
        endpoints === 2 && pods.every(({ uid }) => uid !== lost.uid);
      return { taint, after: await cluster.until(replaced, lostNodeSeconds + loadingSeconds + 30) };
    });
    servingStayedUp(samples);
    // That the lost Pod left its Service before is over sooner than a sample on a busy machine.
    const replacement = result.after.pods.find(({ uid }) => uid !== kept.uid);
    assert.ok(replacement && result.after.pods.some(({ uid }) => uid === kept.uid));
    assert.ok(![lost.node, kept.node].includes(replacement.node), replacement.node);
    const waited = (replacement.created.getTime() - result.taint.getTime()) / 1000;
    assert.ok(waited >= lostNodeSeconds - 1 && waited <= lostNodeSeconds + 30, `replaced after ${waited} s`);
  });

  /** A run of the pipeline by hand, whose Pods fail; with fewer tries than it has, since the pause before each is twice the last. */
  const crashingRun = async (name: string, backoffLimit: number) => {
    const options = ["-n", namespace, "--from=cronjob/handbook", "--dry-run=client", "-o", "json"];
    const run = JSON.parse(await cluster.kubectl("create", "job", name, ...options)) as {
      spec: { backoffLimit: number; template: { metadata: { labels: Record<string, string> } } };
    };
    assert.ok(run.spec.backoffLimit > backoffLimit);
    run.spec.backoffLimit = backoffLimit;
    run.spec.template.metadata.labels[failureLabel] = "fails";
    return run;
  };

  /** When the node controller marked a node as unreachable. */
  const unreachableSince = (node: string) =>
    cluster.find(`/api/v1/nodes/${node}`, ({ spec: { taints = [] } }: Node) => {
      const taint = taints.find(
        ({ key, effect }) => key === "node.kubernetes.io/unreachable" && effect === "NoExecute",
      );
      return taint?.timeAdded ? new Date(taint.timeAdded) : undefined;
    });
});
