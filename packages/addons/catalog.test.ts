import { assert, registeredBy } from "@genai/testing";
import { AddonNamespace, addonNamespaceObjects, deployAddons, type AddonConfigurations } from "./index.ts";

const configurations = (enabled: boolean): AddonConfigurations => ({
  nvidiaDevicePlugin: { enabled, migStrategy: "none", sharing: { mode: "none" }, runtimeClass: "create" },
});
const context = { namespace: "genai-addons", gpuPools: [] };

describe("deployAddons", () => {
  it("deploys each add-on under its name, after the namespace", async () => {
    const resources = await registeredBy(() => {
      const namespace = new AddonNamespace("addons");
      deployAddons(configurations(true), context, { dependsOn: namespace });
    });
    const names = resources.map(({ name }) => name);
    assert.ok(names.includes("nvidia-device-plugin-daemonSet"));
    assert.ok(names.indexOf("addons-namespace") < names.indexOf("nvidia-device-plugin-daemonSet"));
  });

  it("leaves out what the cluster already has", async () => {
    assert.deepEqual(await registeredBy(() => deployAddons(configurations(false), context)), []);
  });
});

describe("addonNamespaceObjects", () => {
  const { namespace, defaultDeny } = addonNamespaceObjects();

  it("allows the host path that the device plugin needs, and no network", () => {
    const { labels } = namespace.metadata as { labels: Record<string, string> };
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "privileged");
    assert.deepEqual(defaultDeny.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });
});
