import { assert } from "@genai/testing";
import type { WorkloadStatus } from "../status.ts";
import { findService } from "./open.ts";

const workload = (namespace: string, name: string, changes: Partial<WorkloadStatus> = {}): WorkloadStatus => ({
  name,
  namespace,
  kind: "Deployment",
  ready: 1,
  desired: 1,
  gpus: 0,
  runs: "real",
  endpoint: `http://${name}.${namespace}.svc.cluster.local:80`,
  ...changes,
});
const workloads = [
  workload("tenant-a", "chat-page"),
  workload("tenant-a", "chat", { runs: "stand-in" }),
  workload("tenant-b", "chat", { runs: "simulated" }),
  workload("gpu", "agent", { endpoint: undefined }),
];

describe("findService", () => {
  it("finds a service by its name, or with its namespace where several have it", () => {
    assert.equal(findService({ workloads }, "chat-page").endpoint, "http://chat-page.tenant-a.svc.cluster.local:80");
    assert.equal(findService({ workloads }, "tenant-a/chat").endpoint, "http://chat.tenant-a.svc.cluster.local:80");
  });

  it("says which there are, where a name means none or several", () => {
    assert.throws(
      () => findService({ workloads }, "chat"),
      /There are 2 services "chat"\. Name one of: tenant-a\/chat, tenant-b\/chat\./,
    );
    assert.throws(
      () => findService({ workloads }, "agent"),
      /There is no service "agent"\. Name one of: tenant-a\/chat, tenant-a\/chat-page, tenant-b\/chat\./,
    );
    assert.throws(() => findService({ workloads: [] }, "chat-page"), /nothing is deployed/);
  });

  it("refuses a service whose Pods are simulated", () => {
    assert.throws(() => findService({ workloads }, "tenant-b/chat"), /tenant-b\/chat are simulated/);
  });
});
