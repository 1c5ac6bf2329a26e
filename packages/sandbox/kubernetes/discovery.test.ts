import { assert } from "@genai/testing";
import { Discovery } from "./discovery.ts";
import { KubernetesError } from "./errors.ts";

const apps = {
  resources: [
    { name: "deployments/status", kind: "Deployment", namespaced: true },
    { name: "deployments", kind: "Deployment", namespaced: true },
  ],
};
const core = { resources: [{ name: "nodes", kind: "Node", namespaced: false }] };

describe("Discovery", () => {
  it("gives the paths of collections and objects, without subresources", async () => {
    const discovery = new Discovery((path) => Promise.resolve(path === "/api/v1" ? core : apps));
    const deployments = await discovery.find("apps/v1", "Deployment");
    assert.deepEqual(
      [deployments.path(), deployments.path("research"), deployments.path("research", "chat")],
      [
        "/apis/apps/v1/deployments",
        "/apis/apps/v1/namespaces/research/deployments",
        "/apis/apps/v1/namespaces/research/deployments/chat",
      ],
    );
    assert.equal((await discovery.find("v1", "Node")).path("ignored", "gpu-0"), "/api/v1/nodes/gpu-0");
  });

  it("asks once for a group, and again when a kind is missing: its definition may be new", async () => {
    const answers = [{ resources: [] }, apps];
    let asked = 0;
    const discovery = new Discovery(() => Promise.resolve(answers[Math.min(asked++, 1)] ?? apps));
    await discovery.find("apps/v1", "Deployment");
    await discovery.find("apps/v1", "Deployment");
    assert.equal(asked, 2);
  });

  it("says which kind is not served, and passes other errors on", async () => {
    const missing = new Discovery(() => Promise.reject(new KubernetesError(404, {})));
    await assert.rejects(missing.find("keda.sh/v1alpha1", "ScaledObject"), /no kind ScaledObject in keda.sh\/v1alpha1/);
    const broken = new Discovery(() => Promise.reject(new KubernetesError(503, { message: "starting" })));
    await assert.rejects(broken.find("v1", "Node"), /starting/);
  });
});
