import { assert } from "@genai/testing";
import * as pulumi from "@pulumi/pulumi";
import { fingerprint, restartAnnotations } from "./fingerprint.ts";

describe("a fingerprint", () => {
  it("changes with a value, repeats, and holds nothing of it", () => {
    assert.match(String(fingerprint("sk-one")), /^[0-9a-f]{16}$/);
    assert.equal(fingerprint("sk-one"), fingerprint("sk-one"));
    assert.notEqual(fingerprint("sk-one"), fingerprint("sk-two"));
  });

  it("of a secret is no secret itself, so that a preview shows what restarts", async () => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
    const annotations = restartAnnotations({ key: fingerprint(pulumi.secret("sk-one")), other: "1" });
    const value = pulumi.output(annotations["genai.platform/secrets"]);
    assert.equal(await pulumi.isSecret(value), false);
    assert.equal(await new Promise((resolve) => value.apply(resolve)), `key=${String(fingerprint("sk-one"))},other=1`);
  });

  it("that is not there makes no annotation", () => assert.deepEqual(restartAnnotations({ key: undefined }), {}));
});
