import { assert } from "@genai/testing";
import type { PropertyMap } from "../../protocol/values.ts";
import { deployment, testCluster, type TestCluster, testNamespace } from "./cluster.ts";
import { Engine, OperationError } from "./engine.ts";

const deploymentType = "kubernetes:apps/v1:Deployment";

describe("kubernetes stand-in: readiness", function () {
  this.timeout(180_000);
  const engine = new Engine();
  let cluster: TestCluster;
  let namespace: string;

  before(async () => {
    cluster = await testCluster();
    namespace = await testNamespace(cluster.client);
    await engine.start({ KUBECONFIG: cluster.kubeconfig });
    await engine.configure();
  });
  after(async () => {
    engine.stop();
    await cluster.close();
  });

  const template = (name: string, extra: PropertyMap = {}): PropertyMap => ({
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "main", image: "example.test/none:1" }], ...extra },
  });
  const selector = (name: string) => ({ matchLabels: { app: name } });
  const object = (apiVersion: string, kind: string, name: string, spec: PropertyMap): PropertyMap => ({
    apiVersion,
    kind,
    metadata: { namespace, name },
    spec,
  });
  const reasonsOf = async (creation: Promise<unknown>): Promise<OperationError> => {
    const error = await creation.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof OperationError, "it was ready");
    return error;
  };

  it("waits for a Deployment, shows how far it is, and returns it as it is then", async () => {
    const made = await engine.create(deploymentType, "up", deployment(namespace, "up", { replicas: 2 }));
    assert.equal((made.state["status"] as PropertyMap)["availableReplicas"], 2);
    const shown = engine.messages.find(({ message }) => /\[1\/2\] Waiting for app ReplicaSet/.test(message));
    assert.ok(shown?.urn.endsWith("::up"), JSON.stringify(engine.messages));
  });

  it("waits for a StatefulSet, a DaemonSet, a Job and a Pod", async () => {
    const set = { selector: selector("set"), serviceName: "set", replicas: 2, template: template("set") };
    const daemon = { selector: selector("daemon"), template: template("daemon") };
    const once = { template: template("once", { restartPolicy: "Never" }) };
    const [statefulSet, daemonSet, job, pod] = await Promise.all([
      engine.create("kubernetes:apps/v1:StatefulSet", "set", object("apps/v1", "StatefulSet", "set", set)),
      engine.create("kubernetes:apps/v1:DaemonSet", "daemon", object("apps/v1", "DaemonSet", "daemon", daemon)),
      engine.create("kubernetes:batch/v1:Job", "once", object("batch/v1", "Job", "once", once)),
      engine.create(
        "kubernetes:core/v1:Pod",
        "pod",
        object("v1", "Pod", "pod", template("pod")["spec"] as PropertyMap),
      ),
    ]);
    const status = (state: PropertyMap) => state["status"] as PropertyMap;
    assert.equal(status(statefulSet.state)["readyReplicas"], 2);
    assert.equal(status(daemonSet.state)["numberAvailable"], 2);
    assert.equal(status(job.state)["succeeded"], 1);
    assert.equal(status(pod.state)["phase"], "Running");
  });

  it("waits until a Service has found its Pods, and says so if it finds none", async () => {
    const spec = { selector: { app: "up" }, ports: [{ port: 80 }] };
    const made = await engine.create("kubernetes:core/v1:Service", "found", object("v1", "Service", "found", spec));
    assert.equal(made.id, `${namespace}/found`);
    const none = object("v1", "Service", "none", { ...spec, selector: { app: "nobody" } });
    const error = await reasonsOf(engine.create("kubernetes:core/v1:Service", "none", none, 2));
    assert.match(error.reasons.join(), /Finding Pods to direct traffic to/);
  });

  it("keeps what is not ready in time, with the scheduler's own words, and goes on with it", async () => {
    const given = deployment(namespace, "greedy", { gpus: 99 });
    const error = await reasonsOf(engine.create(deploymentType, "greedy", given, 4));
    assert.match(error.message, new RegExp(`"${namespace}/greedy" failed to fully initialize .*not ready after 4 s`));
    assert.match(error.reasons.join(), /Unschedulable: 0\/2 nodes are available: 2 Insufficient nvidia.com\/gpu/);
    assert.equal(error.kept?.id, `${namespace}/greedy`);
    const inputs = await engine.check(deploymentType, "greedy", given);
    const kept = {
      type: deploymentType,
      name: "greedy",
      inputs,
      id: error.kept?.id ?? "",
      state: error.kept?.state ?? {},
    };
    const repaired = await engine.update(kept, deployment(namespace, "greedy"));
    assert.equal((repaired.state["status"] as PropertyMap)["availableReplicas"], 1);
  });

  it("names the quota that refuses a Deployment's Pods", async () => {
    const quota = object("v1", "ResourceQuota", "no-gpus", { hard: { "requests.nvidia.com/gpu": "0" } });
    const made = await engine.create("kubernetes:core/v1:ResourceQuota", "no-gpus", quota);
    const given = deployment(namespace, "refused", { gpus: 1 });
    const error = await reasonsOf(engine.create(deploymentType, "refused", given, 4));
    assert.match(error.reasons.join(), /exceeded quota: no-gpus/);
    await engine.delete(made);
  });

  it("waits for a claim and an Ingress only as long as it was told", async () => {
    const claim = {
      storageClassName: "none-such",
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
    };
    const rule = {
      http: {
        paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "found", port: { number: 80 } } } }],
      },
    };
    const [first, second] = await Promise.all([
      reasonsOf(
        engine.create(
          "kubernetes:core/v1:PersistentVolumeClaim",
          "c",
          object("v1", "PersistentVolumeClaim", "c", claim),
          1,
        ),
      ),
      reasonsOf(
        engine.create(
          "kubernetes:networking.k8s.io/v1:Ingress",
          "i",
          object("networking.k8s.io/v1", "Ingress", "i", { rules: [rule] }),
          1,
        ),
      ),
    ]);
    assert.match(first.reasons.join(), /Waiting for PersistentVolumeClaim to be bound/);
    assert.match(second.reasons.join(), /loadBalancer/);
  });

  it("serves a custom resource as soon as its definition is established", async () => {
    const group = `${namespace}.example.test`;
    const version = {
      name: "v1",
      served: true,
      storage: true,
      schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    };
    const names = { plural: "routes", singular: "route", kind: "Route" };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `routes.${group}` },
      spec: { group, scope: "Namespaced", names, versions: [version] },
    };
    const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const made = await engine.create(type, "routes", definition);
    const route = object(`${group}/v1`, "Route", "first", { to: "found" });
    const created = await engine.create(`kubernetes:${group}/v1:Route`, "first", route);
    assert.equal((created.state["spec"] as PropertyMap)["to"], "found");
    await engine.delete(created);
    await engine.delete(made);
  });

  it("stops waiting when the engine cancels, and keeps the object", async () => {
    const creation = reasonsOf(engine.create(deploymentType, "late", deployment(namespace, "late", { gpus: 99 })));
    const until = Date.now() + 10_000;
    while (!engine.messages.some(({ urn }) => urn.endsWith("::late")) && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await engine.cancel();
    const error = await creation;
    assert.match(error.message, /the update was cancelled/);
    assert.equal(error.kept?.id, `${namespace}/late`);
  });
});
