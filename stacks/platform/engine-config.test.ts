import { assert } from "@genai/testing";
import * as pulumi from "@pulumi/pulumi";
import { readEngineConfig, withPlainErrors } from "./engine-config.ts";

const values = {
  "genai:cluster": JSON.stringify({
    pools: [{ name: "a10", gpu: "A10", gpusPerNode: 1, nodes: 1, cpu: "8", memory: "32Gi" }],
  }),
  "genai:tenants": JSON.stringify({
    research: { gpus: 1, cpu: "8", memory: "32Gi", pods: 5, owners: [{ kind: "User", name: "ada" }] },
  }),
  "genai:models": JSON.stringify({ chat: { model: "Qwen/Qwen3-0.6B", tenant: "research", pool: "a10" } }),
  "genai:monitoring": JSON.stringify({ mode: "none" }),
  "kubernetes:context": "mine",
};
const long = "of-43-random-characters-as-they-are-generated";

/** The error of reading the engine's configuration; a RunError, which Pulumi prints without a stack trace. */
function errorWith(config: Record<string, string>): string {
  pulumi.runtime.setAllConfig(config);
  try {
    readEngineConfig();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error));
    return (error as Error).message;
  }
  return "none";
}

describe("readEngineConfig", () => {
  before(() =>
    pulumi.runtime.setMocks(
      { newResource: ({ inputs }) => ({ id: "", state: inputs }), call: () => ({}) },
      "genai",
      "dev",
    ),
  );
  afterEach(() => pulumi.runtime.setAllConfig({}));

  it("gives the checked configuration, and secrets that stay secret", async () => {
    pulumi.runtime.setAllConfig({ ...values, "genai:apiKey-chat": `{not JSON, ${long}` }, ["genai:apiKey-chat"]);
    const { config, secrets } = readEngineConfig();
    assert.equal(config.models["chat"]?.minReplicas, 1);
    assert.ok(secrets["apiKey-chat"]);
    assert.equal(await pulumi.isSecret(secrets["apiKey-chat"]), true);
  });

  it("refuses a section with a secret in it, and does not look at it", () => {
    pulumi.runtime.setAllConfig({ ...values, "genai:models": '{"chat":{"tenant":"hunter2"}}' }, ["genai:models"]);
    assert.throws(readEngineConfig, (error: Error) => {
      assert.match(error.message, /genai:models: is encrypted, and only the generated genai:apiKey-… may be/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  it("names the command that generates a missing secret", () => {
    assert.equal(
      errorWith(values),
      "Pulumi.dev.yaml has 1 problem:\n  genai:apiKey-chat: is missing; generate it with: genai secrets init --stack dev",
    );
  });

  it("refuses a secret that can be guessed, and does not repeat it", () => {
    assert.equal(
      errorWith({ ...values, "genai:apiKey-chat": "correct horse battery staple" }),
      "Pulumi.dev.yaml has 1 problem:\n  genai:apiKey-chat: has 28 characters, and at least 32 random ones are needed; " +
        "delete the line, and generate a new value with: genai secrets init --stack dev",
    );
  });

  it("hands a tenant's former key over while it is there", () => {
    const tenantKeys = { "genai:tenantKey-research": long, "genai:gatewayMasterKey": long };
    const gateway = { "genai:gateway": '{"pool":"a10"}', "genai:gatewayCachePassword": long, ...tenantKeys };
    const secretsOf = (more: Record<string, string>) => {
      pulumi.runtime.setAllConfig({ ...values, ...gateway, "genai:apiKey-chat": long, ...more });
      return Object.keys(readEngineConfig().secrets);
    };
    assert.ok(!secretsOf({}).includes("tenantKeyPrevious-research"));
    assert.ok(secretsOf({ "genai:tenantKeyPrevious-research": long }).includes("tenantKeyPrevious-research"));
    assert.throws(() => secretsOf({ "genai:tenantKeyPrevious-research": "short" }), /has 5 characters/);
  });

  it("asks for Grafana's password where there is a Grafana", () => {
    const message = errorWith({ ...values, "genai:monitoring": "{}", "genai:apiKey-chat": "x" });
    assert.match(message, /genai:grafanaAdminPassword: is missing; generate it with/);
  });

  it("reports every problem of the file at once", () => {
    const message = errorWith({ "genai:cluster": "text", "genai:tenant": "{}" });
    assert.equal(
      message,
      "Pulumi.dev.yaml has 2 problems:\n" +
        '  genai:tenant: unknown key; allowed: genai:version, genai:cluster, genai:addons, genai:tenants, genai:models, genai:embeddings, genai:monitoring, genai:policy, genai:scheduling, genai:sandbox, genai:vectorStores, genai:pipelines, genai:workers, genai:schedules, genai:gateway, genai:ui, genai:prompts. Did you mean "genai:tenants"?\n' +
        "  genai:cluster: text given; must be a map with the keys provider, kubernetesVersion, storageClass, sharedStorageClass, leaderWorkerSet, mesh, pools",
    );
  });
});

describe("withPlainErrors", () => {
  it("turns a component's bad inputs into an error without a stack trace, and leaves others alone", () => {
    const inputs = () => {
      throw new pulumi.InputPropertiesError({ message: "1 problem", errors: [] });
    };
    assert.throws(
      () => withPlainErrors(inputs),
      (error: Error) => pulumi.RunError.isInstance(error) && error.message === "1 problem",
    );
    const broken = () => {
      throw new TypeError("a bug");
    };
    assert.throws(() => withPlainErrors(broken), TypeError);
  });
});
