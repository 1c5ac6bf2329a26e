import { assert } from "@genai/testing";
import { isMap, isSecret, type PropertyMap, reveal, secret, unknownValue } from "../../protocol/values.ts";
import { configMap, deployment, testCluster, type TestCluster, testNamespace } from "./cluster.ts";
import { Engine, OperationError } from "./engine.ts";

const configMapType = "kubernetes:core/v1:ConfigMap";
const deploymentType = "kubernetes:apps/v1:Deployment";
const skipAwait = { "pulumi.com/skipAwait": "true" };

describe("kubernetes stand-in: objects", function () {
  this.timeout(120_000);
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
    await cluster.client.request("DELETE", `/api/v1/namespaces/${namespace}`);
    await cluster.close();
  });

  const live = (path: string) => cluster.client.request<PropertyMap>("GET", path);
  const configMapPath = (name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;

  it("makes up a name that the preview and the update agree on, and keeps it", async () => {
    const given = configMap(namespace, undefined, { a: "1" });
    const [first, again] = [
      await engine.check(configMapType, "settings", given),
      await engine.check(configMapType, "settings", given),
    ];
    assert.deepEqual(first, again);
    const { name, annotations } = first["metadata"] as PropertyMap;
    assert.match(String(name), /^settings-[0-9a-f]{8}$/);
    assert.deepEqual(annotations, { "pulumi.com/autonamed": "true" });
    const changed = await engine.check(configMapType, "settings", configMap(namespace, undefined, { a: "2" }), {
      inputs: first,
      seed: "other",
    });
    assert.equal((changed["metadata"] as PropertyMap)["name"], name);
  });

  it("puts objects of namespaced kinds into default, and leaves the others alone", async () => {
    const checked = await engine.check(configMapType, "x", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "x" },
    });
    assert.equal((checked["metadata"] as PropertyMap)["namespace"], "default");
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "x" } };
    const other = await engine.check("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "x", role);
    assert.equal((other["metadata"] as PropertyMap)["namespace"], undefined);
  });

  it("refuses what cannot be waited for", async () => {
    const given = deployment(namespace, "never", { annotations: { "pulumi.com/timeoutSeconds": "soon" } });
    await assert.rejects(engine.check(deploymentType, "never", given), /timeoutSeconds is "soon"; it must be a number/);
  });

  it("keeps the live object and what it needs to go on in the state", async () => {
    const made = await engine.create(configMapType, "state", configMap(namespace, "state", { a: "1" }));
    assert.equal(made.id, `${namespace}/state`);
    assert.equal(made.state["__initialApiVersion"], "v1");
    assert.match(String(made.state["__fieldManager"]), /^pulumi-kubernetes-[0-9a-f]{8}$/);
    assert.deepEqual(made.state["__inputs"], made.inputs);
    assert.equal(typeof (made.state["metadata"] as PropertyMap)["uid"], "string");
    const { managedFields } = (await live(configMapPath("state")))["metadata"] as { managedFields: PropertyMap[] };
    assert.deepEqual(
      managedFields.map(({ manager, operation }) => [manager, operation]),
      [[made.state["__fieldManager"], "Apply"]],
    );
    assert.deepEqual(await engine.diff(made, made.inputs), { paths: [], replaces: [], deleteFirst: false });
  });

  it("refuses to take over an object that exists, and says how it could be", async () => {
    await engine.create(configMapType, "twice", configMap(namespace, "twice", {}));
    await assert.rejects(
      engine.create(configMapType, "twice", configMap(namespace, "twice", {})),
      /"twice" already exists.*pulumi import kubernetes:core\/v1:ConfigMap/,
    );
  });

  it("removes a field from the object that the program no longer has", async () => {
    const given = deployment(namespace, "shrink", { annotations: { ...skipAwait, note: "here" } });
    const made = await engine.create(deploymentType, "shrink", given);
    const smaller = deployment(namespace, "shrink", { annotations: skipAwait });
    assert.deepEqual((await engine.diff(made, smaller)).paths, ["metadata.annotations.note"]);
    const updated = await engine.update(made, smaller);
    const { annotations } = (await live(`/apis/apps/v1/namespaces/${namespace}/deployments/shrink`))["metadata"] as {
      annotations: PropertyMap;
    };
    assert.equal(annotations["note"], undefined);
    assert.equal(updated.state["__fieldManager"], made.state["__fieldManager"]);
  });

  it("replaces on an immutable field, first deleting what has a fixed name", async () => {
    const made = await engine.create(
      deploymentType,
      "fixed",
      deployment(namespace, "fixed", { annotations: skipAwait }),
    );
    const other = deployment(namespace, "fixed", { annotations: skipAwait });
    (other["spec"] as PropertyMap)["selector"] = { matchLabels: { app: "fixed", tier: "x" } };
    ((other["spec"] as PropertyMap)["template"] as PropertyMap)["metadata"] = { labels: { app: "fixed", tier: "x" } };
    const { replaces, deleteFirst } = await engine.diff(made, other);
    assert.deepEqual(replaces, ["spec.selector.matchLabels.tier"]);
    assert.equal(deleteFirst, true);
  });

  it("replaces a ConfigMap whose data changes; beside the old one if its name was made up", async () => {
    const fixed = await engine.create(configMapType, "data", configMap(namespace, "data", { a: "1" }));
    assert.deepEqual(await engine.diff(fixed, configMap(namespace, "data", { a: "2" })), {
      paths: ["data.a"],
      replaces: ["data.a"],
      deleteFirst: true,
    });
    const named = await engine.create(configMapType, "rolled", configMap(namespace, undefined, { a: "1" }));
    const checked = await engine.check(configMapType, "rolled", configMap(namespace, undefined, { a: "2" }), named);
    const { replaces, deleteFirst } = await engine.diff(named, checked);
    assert.deepEqual([replaces, deleteFirst], [["data.a"], false]);
  });

  it("takes the name that the API server makes of generateName", async () => {
    const given = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, generateName: "some-" }, data: {} };
    const made = await engine.create(configMapType, "some", given);
    assert.match(made.id, /\/some-[a-z0-9]{5}$/);
    const labelled = { ...given, metadata: { ...given.metadata, labels: { a: "b" } } };
    const updated = await engine.update(made, labelled);
    assert.deepEqual((updated.state["metadata"] as PropertyMap)["labels"], { a: "b" });
    await engine.delete(updated);
    await assert.rejects(live(configMapPath(made.id.split("/")[1] ?? "")), /not found/);
  });

  it("names the manager and the field of a conflict, and takes over only when told", async () => {
    const given = deployment(namespace, "scaled", { replicas: 1, annotations: skipAwait });
    const made = await engine.create(deploymentType, "scaled", given);
    const scale = `/apis/apps/v1/namespaces/${namespace}/deployments/scaled/scale`;
    await cluster.client.request("PATCH", scale, {
      body: { spec: { replicas: 4 } },
      contentType: "application/merge-patch+json",
      query: { fieldManager: "somebody" },
    });
    const drifted = await engine.read(deploymentType, "scaled", made.id, made);
    assert.ok(drifted);
    assert.deepEqual((await engine.diff(drifted, made.inputs)).paths, ["spec.replicas"]);
    assert.equal((drifted.inputs["spec"] as PropertyMap)["replicas"], 4);
    const other = deployment(namespace, "scaled", { replicas: 2, annotations: skipAwait });
    await assert.rejects(engine.update(drifted, other), /conflict with "somebody".*\.spec\.replicas[^]*patchForce/);
    const forced = deployment(namespace, "scaled", {
      replicas: 2,
      annotations: { ...skipAwait, "pulumi.com/patchForce": "true" },
    });
    const updated = await engine.update(drifted, forced);
    assert.equal((updated.state["spec"] as PropertyMap)["replicas"], 2);
  });

  it("finds nothing to do where nothing drifted, defaults and all", async () => {
    const made = await engine.create(deploymentType, "calm", deployment(namespace, "calm", { annotations: skipAwait }));
    const read = await engine.read(deploymentType, "calm", made.id, made);
    assert.deepEqual(read?.inputs, made.inputs);
    assert.deepEqual(read?.state["__fieldManager"], made.state["__fieldManager"]);
  });

  it("says that an object which was deleted by others is gone", async () => {
    const made = await engine.create(configMapType, "gone", configMap(namespace, "gone", {}));
    await cluster.client.request("DELETE", configMapPath("gone"));
    assert.equal(await engine.read(configMapType, "gone", made.id, made), undefined);
    await engine.delete(made);
  });

  it("imports an object without what the API server alone writes", async () => {
    const body = configMap(namespace, "found", { a: "1" });
    await cluster.client.request("POST", `/api/v1/namespaces/${namespace}/configmaps`, { body });
    const found = await engine.read(configMapType, "found", `${namespace}/found`);
    assert.deepEqual(found?.inputs, body);
  });

  it("keeps a Secret's values secret in inputs, state and errors", async () => {
    const type = "kubernetes:core/v1:Secret";
    const given = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace, name: "key" },
      stringData: { key: "canary-value" },
    };
    const made = await engine.create(type, "key", given);
    const encoded = Buffer.from("canary-value").toString("base64");
    for (const holder of [made.inputs, made.state, made.state["__inputs"] as PropertyMap]) {
      assert.ok(isSecret(holder["data"]));
      assert.deepEqual(reveal(holder["data"]), { key: encoded });
      assert.equal(holder["stringData"], undefined);
    }
    const broken = {
      ...given,
      metadata: { namespace, name: "broken" },
      stringData: undefined,
      data: { key: "canary*value" },
    };
    await assert.rejects(engine.create(type, "broken", broken as never), (error: Error) => {
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  });

  it("keeps any other value secret that was given as one", async () => {
    const made = await engine.create(
      configMapType,
      "mixed",
      configMap(namespace, "mixed", { open: "1", hidden: secret("canary") }),
    );
    for (const holder of [made.state, made.state["__inputs"] as PropertyMap]) {
      const { data } = holder;
      assert.ok(isMap(data) && isSecret(data["hidden"]));
      assert.equal(data["open"], "1");
    }
  });

  it("previews with unknown values and changes nothing", async () => {
    const given = configMap(namespace, "preview", { a: unknownValue });
    assert.deepEqual((await engine.previewCreate(configMapType, "preview", given))["data"], { a: unknownValue });
    await assert.rejects(live(configMapPath("preview")), /not found/);
    const unknownSecret = { apiVersion: "v1", kind: "Secret", metadata: { namespace, name: "p" }, data: unknownValue };
    const checked = await engine.check("kubernetes:core/v1:Secret", "p", unknownSecret);
    assert.equal(reveal(checked["data"] ?? null), unknownValue);
  });

  it("previews an update by a dry run", async () => {
    const made = await engine.create(deploymentType, "dry", deployment(namespace, "dry", { annotations: skipAwait }));
    const more = deployment(namespace, "dry", { replicas: 3, annotations: skipAwait });
    const previewed = await engine.update(made, more, { preview: true });
    assert.equal((previewed.state["spec"] as PropertyMap)["replicas"], 3);
    const now = await live(`/apis/apps/v1/namespaces/${namespace}/deployments/dry`);
    assert.equal((now["spec"] as PropertyMap)["replicas"], 1);
    const unknown = { ...more, spec: { ...(more["spec"] as PropertyMap), replicas: unknownValue } };
    assert.equal(
      ((await engine.update(made, unknown, { preview: true })).state["spec"] as PropertyMap)["replicas"],
      unknownValue,
    );
  });

  it("lets a Patch own only its fields and gives them up at the end", async () => {
    const body = { ...configMap(namespace, "shared", { theirs: "1" }) };
    await cluster.client.request("POST", `/api/v1/namespaces/${namespace}/configmaps`, {
      body,
      query: { fieldManager: "them" },
    });
    const type = "kubernetes:core/v1:ConfigMapPatch";
    const made = await engine.create(type, "shared", configMap(namespace, "shared", { ours: "1" }));
    assert.deepEqual((await live(configMapPath("shared")))["data"], { theirs: "1", ours: "1" });
    const change = configMap(namespace, "shared", { ours: "2" });
    assert.deepEqual(await engine.diff(made, change), { paths: ["data.ours"], replaces: [], deleteFirst: false });
    await engine.delete(await engine.update(made, change));
    assert.deepEqual((await live(configMapPath("shared")))["data"], { theirs: "1" });
  });

  it("names the finalizer that keeps an object", async () => {
    const held = {
      ...configMap(namespace, "held", {}),
      metadata: { namespace, name: "held", finalizers: ["example.test/hold"] },
    };
    const made = await engine.create(configMapType, "held", held);
    await assert.rejects(
      engine.delete(made, 1),
      /"held" is being deleted and still there after 1 s; held by its finalizer example.test\/hold/,
    );
    await cluster.client.request("PATCH", configMapPath("held"), {
      body: { metadata: { finalizers: null } },
      contentType: "application/merge-patch+json",
    });
    await engine.delete(made);
  });

  it("knows no functions, and says so", async () => {
    await assert.rejects(
      engine.invoke("kubernetes:yaml:decode"),
      (error) => error instanceof OperationError && /knows no function kubernetes:yaml:decode/.test(error.message),
    );
  });
});
