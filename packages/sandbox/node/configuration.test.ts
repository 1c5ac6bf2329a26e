import { assert } from "@genai/testing";
import { parse } from "yaml";
import { cniConfig, containerdConfig, corefile, kubeletConfig } from "./configuration.ts";
import { insidePaths, nodePaths } from "./paths.ts";
import { podPolicy } from "./pod-policy.ts";

const directory = "/home/me/my checkout/.genai/clusters/dev";

describe("the configuration of the real node", () => {
  it("keeps what the node has out of paths with spaces, and sockets short", () => {
    const { egressSocket } = nodePaths(`${directory}/${"deep/".repeat(40)}`);
    assert.ok(egressSocket.length < 108);
    assert.ok(Object.values(insidePaths).every((path) => !path.includes(" ")));
    assert.match(containerdConfig(directory), /bin_dirs = \["\/home\/me\/my checkout\/.genai\/clusters\/dev"\]/);
  });

  it("lets kubelet run on cgroup v1, answer the cluster's own only, and keep Pods away that do not ask for it", () => {
    const config = parse(kubeletConfig(nodePaths(directory), "/pki/ca.crt")) as Record<string, unknown>;
    assert.equal(config["failCgroupV1"], false);
    assert.deepEqual(config["registerWithTaints"], [
      { key: "genai.platform/node", value: "real", effect: "NoSchedule" },
    ]);
    assert.deepEqual(config["authentication"], {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: "/pki/ca.crt" },
    });
    assert.equal(config["cgroupRoot"], `/${nodePaths(directory).cgroup}`);
  });

  it("gives every Pod an interface of its own, and names of the cluster alone", () => {
    assert.deepEqual(
      cniConfig.plugins.map(({ type, ipMasq }) => [type, ipMasq]),
      [["ptp", false]],
    );
    const text = corefile("/with spaces/kubeconfig");
    assert.match(text, /^cluster\.local in-addr\.arpa \{/);
    assert.match(text, /kubeconfig "\/with spaces\/kubeconfig"/);
    assert.doesNotMatch(text, /forward/);
  });
});

describe("podPolicy", () => {
  it("is the same for the same images, in whatever order they come", () => {
    assert.deepEqual(podPolicy({ images: ["b:1", "a:1"] }), podPolicy({ images: ["a:1", "b:1"] }));
    assert.notDeepEqual(podPolicy({ images: ["a:1"] }), podPolicy({ images: [] }));
    assert.notDeepEqual(podPolicy({ images: ["a:1"] }), podPolicy({ images: ["a:1"], absentSecrets: ["token"] }));
  });
});
