import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { stringify } from "yaml";
import {
  checkSecrets,
  gatewaySecrets,
  generatedSecrets,
  queueSecrets,
  generatePassphrase,
  generateValue,
  initSecrets,
  isGeneratedKey,
  tenantKeyOf,
  uiSecrets,
  vectorStoreSecrets,
} from "./index.ts";

const wanted = generatedSecrets(["chat", "small"]);

function stackFile(config: Record<string, unknown>, rest: object = {}): string {
  return stringify({ ...rest, config });
}

describe("generated values", () => {
  it("are long, different, and say what they are", () => {
    const [one, other] = [generateValue({ prefix: "sk-", bytes: 32 }), generateValue({ prefix: "sk-", bytes: 32 })];
    assert.match(one, /^sk-[\w-]{43}$/);
    assert.notEqual(one, other);
    assert.match(generatePassphrase(), /^[\w-]{43}$/);
  });
});

describe("the secrets of gateway and chat page", () => {
  it("are known by their keys, one for each tenant among them", () => {
    const keys = [...gatewaySecrets(["research", "support"]), ...uiSecrets].map(({ key }) => key);
    assert.equal(new Set(keys).size, 7);
    assert.ok(keys.includes(tenantKeyOf("support")));
    assert.ok(keys.every((key) => isGeneratedKey(`genai:${key}`)));
    assert.ok(!isGeneratedKey("genai:gateway") && !isGeneratedKey("genai:ui"));
  });
});

describe("the keys of a vector store", () => {
  it("are one for each user, and known as generated", () => {
    const keys = vectorStoreSecrets(["main"]).map(({ key }) => key);
    assert.deepEqual(keys, [
      "vectorStoreKey-main-administrator",
      "vectorStoreKey-main-application",
      "vectorStoreKey-main-readOnly",
    ]);
    assert.ok(keys.every((key) => isGeneratedKey(`genai:${key}`)));
  });
});

describe("initSecrets", () => {
  /** Stands in for `pulumi config set --secret`, which reads the value from stdin. */
  function fakePulumi(file: string) {
    const runs: { args: string[]; input: string }[] = [];
    const run = async (args: string[], { input }: { input: string }) => {
      runs.push({ args, input });
      const key = args[3] ?? "";
      writeFileSync(file, `${readFileSync(file, "utf8")}  ${key}:\n    secure: v1:ciphertext-of-${key}\n`);
    };
    return { run, runs };
  }

  it("writes what is missing through stdin, and nothing the second time", async () => {
    const configFile = join(temporaryDirectory("secrets"), "Pulumi.dev.yaml");
    writeFileSync(configFile, "config:\n  genai:apiKey-small:\n    secure: v1:kept\n");
    const { run, runs } = fakePulumi(configFile);
    assert.deepEqual(await initSecrets({ stack: "dev", configFile, wanted, run }), ["apiKey-chat"]);
    assert.deepEqual(runs[0]?.args, [
      "config",
      "set",
      "--secret",
      "genai:apiKey-chat",
      "--stack",
      "dev",
      "--config-file",
      configFile,
    ]);
    assert.match(runs[0]?.input ?? "", /^sk-/);
    assert.deepEqual(await initSecrets({ stack: "dev", configFile, wanted, run }), []);
    assert.equal(runs.length, 1);
  });
});

describe("checkSecrets", () => {
  const good = stackFile(
    { "genai:apiKey-chat": { secure: "v1:a" }, "genai:apiKey-small": { secure: "v1:b" } },
    { encryptionsalt: "v1:dev" },
  );
  const check = (text: string, others: Record<string, string> = {}) =>
    checkSecrets({ stack: "dev", text, wanted, others });

  it("is content with encrypted, unshared secrets", () => assert.deepEqual(check(good, { prod: "config: {}" }), []));

  it("names what is missing, in clear, unknown, and the command that helps", () => {
    const text = stackFile({ "genai:apiKey-small": "sk-canary", "genai:apiKey-gone": { secure: "v1:c" } });
    const problems = check(text);
    assert.match(problems[0] ?? "", /^genai:apiKey-chat is missing .* Run: npx genai secrets init --stack dev$/);
    assert.match(problems[1] ?? "", /^genai:apiKey-small stands in clear/);
    assert.match(problems[2] ?? "", /^genai:apiKey-gone belongs to nothing/);
    assert.doesNotMatch(problems.join(), /canary/);
  });

  it("asks for Grafana's password where there is a Grafana", () => {
    const all = generatedSecrets(["chat", "small"], { grafana: true });
    const [problem] = checkSecrets({ stack: "dev", text: good, wanted: all, others: {} });
    assert.match(problem ?? "", /^genai:grafanaAdminPassword is missing/);
    const [kept] = check(stackFile({ "genai:grafanaAdminPassword": { secure: "v1:g" } })).slice(-1);
    assert.match(kept ?? "", /^genai:grafanaAdminPassword belongs to nothing/);
  });

  it("lets a former key stand beside the new one, and no other that belongs to nothing", () => {
    const tenants = gatewaySecrets(["research"]);
    const config = Object.fromEntries(tenants.map(({ key }) => [`genai:${key}`, { secure: `v1:${key}` }]));
    const rotating = (tenant: string) =>
      checkSecrets({
        stack: "dev",
        text: stackFile({ ...config, [`genai:tenantKeyPrevious-${tenant}`]: { secure: "v1:old" } }),
        wanted: tenants,
        others: {},
      });
    assert.deepEqual(rotating("research"), []);
    assert.match(rotating("gone").join(), /^genai:tenantKeyPrevious-gone belongs to nothing of this stack/);
  });

  it("finds secrets and passphrases that environments share", () => {
    const prod = stackFile({ "genai:apiKey-chat": { secure: "v1:a" } }, { encryptionsalt: "v1:dev" });
    assert.deepEqual(check(good, { prod }), [
      "genai:apiKey-chat was copied between dev and prod: environments must not share a secret.",
      "dev and prod have the same encryptionsalt: environments must not share a passphrase.",
    ]);
  });

  it("generates a password for the queue of each tenant with workers", () => {
    const [password] = queueSecrets(["research"]);
    assert.equal(password?.key, "queuePassword-research");
    assert.match(generateValue(password ?? { prefix: "", bytes: 0 }), /^[\w-]{43}$/);
    const text = stackFile({ "genai:queuePassword-research": "in-clear" });
    assert.match(checkSecrets({ stack: "dev", text, wanted: [], others: {} })[0] ?? "", /stands in clear/);
  });

  it("reads an empty file as one without secrets", () => assert.equal(check("").length, 2));
});
