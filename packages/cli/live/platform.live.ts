import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@genai/testing";
import type { PlatformStatus } from "../status.ts";
import { type Checkout, copyCheckout } from "./checkout.ts";

interface UpResult extends PlatformStatus {
  changes: Record<string, number>;
}

describe("the main job, on the embedded cluster", function () {
  this.timeout(600_000);
  let checkout: Checkout;
  let output = "";

  const up = async (): Promise<UpResult> => {
    const { exitCode, stdout, all } = await checkout.genai("up", "--json");
    output += all;
    assert.equal(exitCode, 0, all);
    return JSON.parse(stdout) as UpResult;
  };
  const previewSteps = async (...options: string[]): Promise<string[]> => {
    const { exitCode, stdout, all } = await checkout.genai("preview", "--json", ...options);
    output += all;
    assert.equal(exitCode, 0, all);
    return (JSON.parse(stdout) as { steps: string[] }).steps;
  };

  before(async () => {
    // On a real node it is deployed by real-node.live.ts.
    checkout = await copyCheckout({ simulated: true });
  });
  after(() => checkout.remove());

  it("deploys the dev stack until everything is Ready", async () => {
    const { changes, workloads, gpus } = await up();
    assert.deepEqual(Object.keys(changes), ["create"]);
    assert.ok(workloads.length >= 3, JSON.stringify(workloads));
    for (const { name, ready, desired } of workloads)
      assert.ok(ready === desired && ready > 0, `${name}: ${ready}/${desired}`);
    assert.ok(gpus.used > 0 && gpus.total >= gpus.used, JSON.stringify(gpus));
  });

  it("changes nothing the second time", async () => {
    assert.deepEqual(Object.keys((await up()).changes), ["same"]);
  });

  it("renders objects that the API server takes, and that change no key if somebody applies them", async () => {
    const { exitCode, stdout, all } = await checkout.genai("render", "--json");
    assert.equal(exitCode, 0, all);
    const objects = JSON.parse(stdout) as { kind: string; metadata: { name: string } }[];
    const apply = async (items: object[], ...options: string[]) => {
      const file = join(checkout.directory, "rendered.json");
      writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
      return checkout.kubectl("dev", "apply", "--dry-run=server", "--validate=strict", ...options, "-f", file);
    };
    const taken = await apply(objects, "--server-side", "--force-conflicts");
    assert.equal(taken.match(/serverside-applied \(server dry run\)/g)?.length, objects.length, taken);
    const secrets = objects.filter(({ kind }) => kind === "Secret");
    assert.ok(secrets.length > 5);
    for (const options of [["--server-side", "--force-conflicts"], []]) {
      const { items } = JSON.parse(await apply(secrets, ...options, "-o", "json")) as {
        items: { metadata: { annotations: Record<string, string> }; data: Record<string, string> }[];
      };
      for (const { metadata, data } of items)
        assert.equal(metadata.annotations["genai.platform/left-out"], Object.keys(data).toSorted().join(", "));
    }
  });

  it("updates exactly the object whose value changed", async () => {
    checkout.edit("Pulumi.dev.yaml", /maxReplicas: \d+/, "maxReplicas: 2");
    const steps = await previewSteps();
    assert.equal(steps.length, 1, steps.join("\n"));
    assert.match(steps[0] ?? "", /^update kubernetes:autoscaling\/v2:HorizontalPodAutoscaler .*\[spec/);
    const { changes } = await up();
    assert.equal(changes["update"], 1);
    assert.deepEqual(Object.keys(changes).toSorted(), ["same", "update"]);
  });

  it("finds drift that kubectl caused, and puts it right", async () => {
    const list = await checkout.kubectl(
      "dev",
      "get",
      "pdb",
      "-A",
      "-o",
      "jsonpath={.items[0].metadata.namespace} {.items[0].metadata.name}",
    );
    const [namespace = "", name = ""] = list.split(" ");
    await checkout.kubectl(
      "dev",
      "patch",
      "pdb",
      name,
      "-n",
      namespace,
      "--type=merge",
      "-p",
      '{"spec":{"maxUnavailable":0}}',
    );
    const steps = await previewSteps("--refresh");
    assert.ok(
      steps.some((step) => /^update kubernetes:policy\/v1:PodDisruptionBudget/.test(step)),
      steps.join("\n"),
    );
  });

  it("keeps the generated secrets out of everything it writes and prints", async () => {
    const secret = await checkout.kubectl(
      "dev",
      "get",
      "secrets",
      "-A",
      "-l",
      "app.kubernetes.io/part-of=genai",
      "-o",
      "json",
    );
    const { items } = JSON.parse(secret) as { items: { data: Record<string, string> }[] };
    const values = items
      .flatMap(({ data }) => Object.values(data))
      .map((value) => Buffer.from(value, "base64").toString());
    assert.ok(values.length > 0 && values.every((value) => value.length >= 32));
    for (const file of stateFiles(join(checkout.directory, ".genai"))) {
      const text = readFileSync(file, "latin1");
      for (const value of values) {
        assert.ok(
          !text.includes(value) && !text.includes(Buffer.from(value).toString("base64")),
          `${file} holds a secret in clear`,
        );
      }
    }
    for (const value of values) assert.ok(!output.includes(value), "the output shows a secret");
  });

  it("stops and starts again with what was deployed", async () => {
    assert.equal((await checkout.genai("stop")).exitCode, 0);
    assert.equal((await checkout.genai("status")).exitCode, 5);
    const { changes } = await up();
    assert.equal(changes["create"], undefined);
  });

  it("leaves nothing behind after destroy", async () => {
    const { exitCode, all } = await checkout.genai("destroy");
    assert.equal(exitCode, 0, all);
    const kinds = (await checkout.kubectl("dev", "api-resources", "--verbs=list", "-o", "name"))
      .split("\n")
      .filter((kind) => !kind.startsWith("events"));
    const left = await checkout.kubectl(
      "dev",
      "get",
      kinds.join(","),
      "-A",
      "-l",
      "app.kubernetes.io/managed-by=pulumi",
      "-o",
      "name",
    );
    assert.equal(left, "");
    const namespaces = await checkout.kubectl("dev", "get", "namespaces", "-o", "name");
    assert.doesNotMatch(namespaces, /tenant-|genai-/);
  });
});

/** Every file of local state but the cluster's own data, which holds Secrets as every cluster does. */
function stateFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter(
      (path) => !path.includes(`${join(".genai", "clusters")}`) && statSync(path, { throwIfNoEntry: false })?.isFile(),
    );
}
