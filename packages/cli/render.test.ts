import { assert } from "@genai/testing";
import { renderStack, secretPlaceholder, withoutSecretValues } from "./render.ts";
import { loadStackConfig } from "./stack-config.ts";
import { committedStacks } from "./workspace.ts";

type Secret = { metadata: { name: string; annotations?: Record<string, string> }; stringData?: Record<string, string> };

describe("rendered objects", function () {
  this.timeout(60_000);
  for (const stack of committedStacks()) {
    it(`hold of ${stack}'s secrets neither values nor the engine's marks, and say what is left out`, async () => {
      const objects = await renderStack(loadStackConfig(stack), stack);
      assert.doesNotMatch(JSON.stringify(objects), /4dabf18193072939515e22adb298388d/);
      const isSecret = ({ kind }: { kind: string }) => kind === "Secret";
      const secrets = objects.filter(isSecret) as unknown as Secret[];
      const printed = objects.map(withoutSecretValues);
      assert.ok(!JSON.stringify(printed).includes(secretPlaceholder));
      assert.ok(secrets.length > 5);
      for (const [index, secret] of (printed.filter(isSecret) as unknown as Secret[]).entries()) {
        assert.deepEqual(Object.keys(secret).toSorted(), ["apiVersion", "kind", "metadata"]);
        const values = Object.entries(secrets[index]?.stringData ?? {});
        assert.ok(values.length > 0 && values.every(([, value]) => typeof value === "string"), secret.metadata.name);
        const keys = values.map(([key]) => key).toSorted();
        assert.equal(secret.metadata.annotations?.["genai.platform/left-out"], keys.join(", "));
      }
    });
  }

  it("differ where the text around a secret's value does", () => {
    const secret = (text: string) => ({
      apiVersion: "v1",
      kind: "Secret" as const,
      metadata: { name: "s", annotations: { a: "b" } },
      stringData: { file: text },
    });
    const annotationsOf = (text: string) =>
      (withoutSecretValues(secret(text)) as unknown as Secret).metadata.annotations;
    assert.deepEqual(annotationsOf("port 1"), annotationsOf("port 1"));
    assert.notDeepEqual(annotationsOf("port 1"), annotationsOf("port 2"));
    assert.equal(annotationsOf("port 1")?.["a"], "b");
  });
});
