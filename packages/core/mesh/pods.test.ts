import { assert } from "@genai/testing";
import type { KubernetesObjects } from "../kinds.ts";
import { podsOf } from "./pods.ts";

const template = (name: string, containerPort: number) => ({
  metadata: { labels: { name } },
  spec: { serviceAccountName: `${name}-account`, containers: [{ name, ports: [{ name: "http", containerPort }] }] },
});

const pods = (name: string, port: number) => ({
  labels: { name },
  serviceAccount: `${name}-account`,
  ports: new Map([["http", port]]),
});

describe("podsOf", () => {
  it("finds the Pods of whatever makes some: of a group both kinds, of a CronJob its Jobs'", () => {
    const leaderWorkerTemplate = { leaderTemplate: template("leader", 1), workerTemplate: template("worker", 2) };
    const objects = {
      config: { apiVersion: "v1", kind: "ConfigMap", data: {} },
      absent: undefined,
      group: { kind: "LeaderWorkerSet", spec: { leaderWorkerTemplate } },
      schedule: { kind: "CronJob", spec: { jobTemplate: { spec: { template: template("job", 3) } } } },
      server: { kind: "StatefulSet", spec: { template: template("server", 4) } },
    } as unknown as KubernetesObjects;
    assert.deepEqual(podsOf(objects), [pods("leader", 1), pods("worker", 2), pods("job", 3), pods("server", 4)]);
  });
});
