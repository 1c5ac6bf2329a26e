import { assert } from "@genai/testing";
import * as proxy from "@pulumi/policy/proxy.js";
import { evaluate } from "./evaluate.ts";
import { exceptions } from "./exceptions.ts";
import type { KubernetesObject } from "./objects.ts";
import { rules } from "./rules/index.ts";

// Pulumi's own guard of unknown values, which its type declarations leave out.
const { unknownCheckingProxy } = proxy as unknown as {
  unknownCheckingProxy(object: KubernetesObject): KubernetesObject;
};
// The engine's mark of a string that is not known yet.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const imageRule = rules.find(({ name }) => name === "pinned-images");
const hostPathRule = rules.find(({ name }) => name === "no-host-path");

function daemonSet(name: string, image: string): KubernetesObject {
  const volumes = [{ name: "host", hostPath: { path: "/" } }];
  const spec = { template: { spec: { volumes, containers: [{ name: "main", image }] } } };
  return { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name, namespace: "genai-addons" }, spec };
}

describe("evaluate", () => {
  it("leaves undecided what a preview does not know, and judges the rest", () => {
    assert.ok(imageRule && hostPathRule);
    const objects = [daemonSet("a", unknown), daemonSet("b", "vllm")].map(unknownCheckingProxy);
    const images = evaluate(imageRule, objects);
    assert.deepEqual([images.undecided, images.violations.map(({ object }) => object)], [[objects[0]], [objects[1]]]);
    assert.equal(evaluate(hostPathRule, objects).violations.length, 2);
  });

  it("lets errors of a rule itself through", () => {
    const check = () => {
      throw new Error("mistake");
    };
    assert.throws(() => evaluate({ name: "x", description: "", check }, [daemonSet("a", "b:1")]), /mistake/);
  });

  it("excepts exactly the object that an exception names", () => {
    assert.ok(hostPathRule);
    const objects = [daemonSet("nvidia-device-plugin", "a:1"), daemonSet("other", "a:1")];
    const { violations } = evaluate(hostPathRule, objects);
    assert.deepEqual(
      violations.map(({ message }) => message),
      ["DaemonSet genai-addons/other: volume host is the node's /; use a PersistentVolumeClaim or an emptyDir"],
    );
  });

  it("knows the rule of every exception, and a reason", () => {
    for (const { rule, reason } of exceptions) {
      assert.ok(
        rules.some(({ name }) => name === rule),
        `${rule} is not a rule`,
      );
      assert.ok(reason.length > 20);
    }
  });
});
