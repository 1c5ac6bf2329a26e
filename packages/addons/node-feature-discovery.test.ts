import { assert, registeredBy } from "@genai/testing";
import { exampleContext, hostPathsOf, nameOf, podOf } from "./example-cluster.ts";
import { NodeFeatureDiscovery, nodeFeatureDiscoveryObjects } from "./index.ts";

const args = { ...exampleContext, enabled: true };
const objects = nodeFeatureDiscoveryObjects("node-feature-discovery", args);
const pods = { master: podOf(objects.master), worker: podOf(objects.worker), collector: podOf(objects.collector) };

describe("nodeFeatureDiscoveryObjects", () => {
  it("looks for the PCI devices that the agents of GPU nodes select on, and for nothing else", () => {
    const config = (objects.workerConfig.data as Record<string, string>)["nfd-worker.conf"] ?? "";
    assert.deepEqual(JSON.parse(config), {
      core: { featureSources: ["pci"], labelSources: ["pci"] },
      sources: { pci: { deviceClassWhitelist: ["02", "03"], deviceLabelFields: ["vendor"] } },
    });
    assert.deepEqual(hostPathsOf(pods.worker), ["/sys"]);
    assert.ok(pods.worker.containers[0].volumeMounts.every(({ readOnly }) => readOnly));
  });

  it("looks at every node, past the taints of GPU nodes", () => {
    assert.equal(pods.worker.affinity, undefined);
    assert.deepEqual(
      pods.worker.tolerations?.map(({ key }) => key),
      ["CriticalAddonsOnly", "nvidia.com/gpu", "spot"],
    );
  });

  it("declares the kinds that its programs exchange, with an open schema", () => {
    assert.deepEqual(
      [objects.nodeFeature, objects.nodeFeatureRule].map((definition) => {
        const { scope, names, versions } = definition.spec as unknown as {
          scope: string;
          names: { kind: string };
          versions: { schema: { openAPIV3Schema: { properties: { spec: object } } } }[];
        };
        const open = versions[0]?.schema.openAPIV3Schema.properties.spec;
        return [nameOf(definition), names.kind, scope, open];
      }),
      [
        [
          "nodefeatures.nfd.k8s-sigs.io",
          "NodeFeature",
          "Namespaced",
          { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        ],
        [
          "nodefeaturerules.nfd.k8s-sigs.io",
          "NodeFeatureRule",
          "Cluster",
          { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        ],
      ],
    );
  });

  it("gives each program a role of its own; only the master changes nodes", () => {
    const may = (role: { rules?: unknown }) =>
      (role.rules as { resources: string[]; verbs: string[] }[]).flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
      );
    assert.ok(may(objects.masterClusterRole).includes("patch nodes"));
    for (const role of [objects.workerRole, objects.collectorClusterRole])
      assert.ok(!may(role).some((right) => /^(patch|update|create|delete) nodes/.test(right)), JSON.stringify(role));
    const accounts = [pods.master, pods.worker, pods.collector].map(({ serviceAccountName }) => serviceAccountName);
    assert.deepEqual(accounts, [
      "node-feature-discovery-master",
      "node-feature-discovery-worker",
      "node-feature-discovery-collector",
    ]);
  });

  it("runs without root, each program by its own command", () => {
    for (const pod of Object.values(pods)) {
      assert.equal((pod as { securityContext?: { runAsNonRoot?: boolean } }).securityContext?.runAsNonRoot, true);
      assert.equal(pod.containers[0].securityContext["readOnlyRootFilesystem"], true);
    }
    assert.deepEqual(
      Object.values(pods).map(({ containers }) => containers[0].command?.[0]),
      ["nfd-master", "nfd-worker", "nfd-gc"],
    );
  });

  it("has two masters where the stack asks for high availability, of which one labels", () => {
    const replicas = (highAvailability: boolean) =>
      (nodeFeatureDiscoveryObjects("nfd", { ...args, highAvailability }).master.spec as { replicas: number }).replicas;
    assert.deepEqual([replicas(false), replicas(true)], [1, 2]);
    assert.ok(pods.master.containers[0].args?.includes("-enable-leader-election"));
  });
});

describe("NodeFeatureDiscovery", () => {
  it("registers its kinds before the programs that use them", async () => {
    const names = (await registeredBy(() => new NodeFeatureDiscovery("nfd", args))).map(({ name }) => name);
    for (const kind of ["nfd-nodeFeature", "nfd-nodeFeatureRule"])
      assert.ok(names.indexOf(kind) < names.indexOf("nfd-master"), names.join(" "));
  });
});
