import { assert } from "@genai/testing";
import type { PropertyMap } from "../protocol/values.ts";
import type { LiveObject } from "./objects.ts";
import { hasSettlingEndpoints, readinessFor } from "./readiness.ts";

function live(apiVersion: string, kind: string, content: PropertyMap): LiveObject {
  return { apiVersion, kind, metadata: { name: "x", generation: 2 }, ...content } as LiveObject;
}

function verdict(object: LiveObject, related: LiveObject[] = []) {
  return readinessFor(object)?.(object, related);
}

const condition = (type: string, status: string, message = "") => ({ conditions: [{ type, status, message }] });
const counts = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2, observedGeneration: 2 };
const apps = (kind: string, status: PropertyMap) => live("apps/v1", kind, { spec: { replicas: 2 }, status });
const slice = (ready: boolean) =>
  live("discovery.k8s.io/v1", "EndpointSlice", { endpoints: [{ conditions: { ready } }] });

describe("readiness", () => {
  const selecting = live("v1", "Service", { spec: { selector: { app: "x" } } });
  const balancer = live("v1", "Service", { spec: { selector: { app: "x" }, type: "LoadBalancer" } });
  const daemonSet = { desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1, observedGeneration: 2 };
  const ready: [string, LiveObject, LiveObject[]?][] = [
    ["a Deployment rolled out", apps("Deployment", counts)],
    ["a StatefulSet rolled out", apps("StatefulSet", counts)],
    ["a DaemonSet on every node", apps("DaemonSet", daemonSet)],
    ["a DaemonSet without nodes", apps("DaemonSet", { desiredNumberScheduled: 0, observedGeneration: 2 })],
    ["a Job that succeeded", live("batch/v1", "Job", { status: condition("Complete", "True") })],
    ["a Job that is suspended", live("batch/v1", "Job", { spec: { suspend: true } })],
    ["a Pod that is Ready", live("v1", "Pod", { status: condition("Ready", "True") })],
    ["a Service with a ready endpoint", selecting, [slice(false), slice(true)]],
    ["a headless Service", live("v1", "Service", { spec: { selector: { app: "x" }, clusterIP: "None" } })],
    ["a Service without a selector", live("v1", "Service", { spec: {} })],
    ["a claim that is bound", live("v1", "PersistentVolumeClaim", { status: { phase: "Bound" } })],
    [
      "an Ingress with an address",
      live("networking.k8s.io/v1", "Ingress", { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } }),
    ],
    [
      "an APIService that answers",
      live("apiregistration.k8s.io/v1", "APIService", { status: condition("Available", "True") }),
    ],
  ];
  for (const [what, object, related] of ready) {
    it(`counts ${what}`, () => assert.equal(verdict(object, related)?.ready, true));
  }

  const waiting: [string, LiveObject, RegExp, LiveObject[]?][] = [
    ["a Deployment with too few Pods", apps("Deployment", { ...counts, availableReplicas: 1 }), /1\/2 Pods available/],
    ["a Deployment with old Pods left", apps("Deployment", { ...counts, replicas: 3 }), /Waiting for app ReplicaSet/],
    ["what its controller has not seen yet", apps("Deployment", { ...counts, observedGeneration: 1 }), /ReplicaSet/],
    ["a StatefulSet with old Pods", apps("StatefulSet", { ...counts, updatedReplicas: 1 }), /StatefulSet update/],
    ["a DaemonSet missing on a node", apps("DaemonSet", { ...daemonSet, numberAvailable: 0 }), /0\/1 Pods/],
    ["a Job that runs", live("batch/v1", "Job", {}), /Waiting for Job "x" to succeed/],
    ["a Pod that is pending", live("v1", "Pod", { status: { phase: "Pending" } }), /Pending/],
    ["a Service without a ready endpoint", selecting, /Finding Pods/, [slice(false)]],
    ["a load balancer without an address", balancer, /allocate IP address/, [slice(true)]],
    ["a claim that is unbound", live("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } }), /Pending/],
    ["an Ingress without an address", live("networking.k8s.io/v1", "Ingress", {}), /loadBalancer/],
    [
      "a definition that is not served yet",
      live("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
        status: condition("Established", "False", "soon"),
      }),
      /to be Established: soon/,
    ],
  ];
  for (const [what, object, message, related] of waiting) {
    it(`waits for ${what}`, () => {
      const found = verdict(object, related);
      assert.equal(found?.ready, false);
      assert.equal(found?.failed, undefined);
      assert.match(found?.message ?? "", message);
    });
  }

  it("gives up on what has failed for good, in the cluster's words", () => {
    const late = apps("Deployment", {
      ...condition("Progressing", "False", "deadline exceeded"),
      observedGeneration: 2,
    });
    const failed = [
      late,
      live("batch/v1", "Job", { status: condition("Failed", "True", "backoff limit") }),
      live("v1", "Pod", { status: { phase: "Failed", message: "Evicted" } }),
    ].map((object) => verdict(object)?.failed);
    assert.deepEqual(failed, ["deadline exceeded", "backoff limit", "Evicted"]);
  });

  it("knows nothing of other kinds, and lets only selecting Services settle", () => {
    assert.equal(readinessFor(live("v1", "ConfigMap", {})), undefined);
    assert.equal(readinessFor(live("example.test/v1", "Deployment", {})), undefined);
    assert.deepEqual([hasSettlingEndpoints(selecting), hasSettlingEndpoints(slice(true))], [true, false]);
  });
});
