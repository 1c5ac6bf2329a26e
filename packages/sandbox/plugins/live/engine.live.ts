import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { execa } from "execa";
import { sandboxEnvironment } from "../../engine-environment.ts";
import { resolveToolchain } from "../../toolchain/index.ts";
import { installPlugins } from "../install.ts";
import { testCluster, type TestCluster, testNamespace } from "../kubernetes/live/cluster.ts";

const program = join(import.meta.dirname, "program");
const require = createRequire(import.meta.url);
const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

interface Registration {
  type: string;
  name: string;
  inputs: object;
  options?: object;
}

/** What the engine does by itself works on the stand-ins as on the real plugins: they only have to hold to the protocol. */
describe("the engine on the stand-ins", function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let namespace: string;
  let directory: string;
  let environment: Record<string, string | undefined>;
  let pulumi: string;

  before(async () => {
    cluster = await testCluster();
    namespace = await testNamespace(cluster.client);
    directory = await mkdtemp(join(tmpdir(), "genai-engine-"));
    const tools = await resolveToolchain({});
    pulumi = tools.pulumi.path;
    const home = join(directory, "home");
    const [kubernetesVersion, randomVersion] = [version("@pulumi/kubernetes"), version("@pulumi/random")];
    await installPlugins({ pulumiHome: home, pulumi: tools.pulumi, kubernetesVersion, randomVersion });
    const [passphraseFile, backend] = [join(directory, "passphrase"), join(directory, "backend")];
    await mkdir(backend);
    await writeFile(passphraseFile, "contract");
    await writeFile(join(directory, "Pulumi.yaml"), "name: contract\nruntime: nodejs\n");
    environment = sandboxEnvironment({ pulumi, home, kubeconfig: cluster.kubeconfig, passphraseFile, backend });
    await execa(pulumi, ["stack", "init", "test", "-C", directory], { env: environment });
  });
  after(async () => {
    await cluster.close();
    await rm(directory, { recursive: true, force: true });
  });

  const run = async (wanted: Registration[], ...args: string[]) => {
    const [command = "", ...rest] = args;
    const stack = ["--stack", "test", "--config-file", join(directory, "Pulumi.test.yaml"), "--non-interactive"];
    const { all, exitCode } = await execa(pulumi, [command, ...stack, ...rest], {
      cwd: program,
      env: { ...environment, CONTRACT: JSON.stringify(wanted) },
      reject: false,
      all: true,
    });
    return { all, exitCode };
  };
  const up = async (wanted: Registration[], ...args: string[]) => {
    const { all, exitCode } = await run(wanted, "up", "--yes", "--skip-preview", ...args);
    assert.equal(exitCode, 0, all);
    return all;
  };
  const configMap = (name: string, value: string, options: object = {}): Registration => ({
    type: "kubernetes:core/v1:ConfigMap",
    name,
    inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data: { value } },
    options,
  });
  const live = async (name: string): Promise<string | undefined> => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
    const found = await cluster.client.request<{ data: { value: string } }>("GET", path).catch(() => undefined);
    return found?.data.value;
  };
  const results = async () => {
    const { stdout } = await execa(pulumi, ["stack", "output", "--json", "--show-secrets", "--stack", "test"], {
      cwd: program,
      env: environment,
    });
    return (JSON.parse(stdout) as { results: Record<string, string> }).results;
  };

  it("ignores changes where it is told to", async () => {
    await up([configMap("ignored", "1")]);
    const ignored = configMap("ignored", "2", { ignoreChanges: ["data.value"] });
    assert.match(await up([ignored]), /unchanged/);
    assert.equal(await live("ignored"), "1");
  });

  it("touches only its targets", async () => {
    await up([configMap("one", "1"), configMap("other", "1")]);
    const changed = [configMap("one", "2"), configMap("other", "2")];
    await up(changed, "--target", "urn:pulumi:test::contract::kubernetes:core/v1:ConfigMap::one");
    assert.deepEqual([await live("one"), await live("other")], ["2", "1"]);
  });

  it("does not delete what is protected, and keeps what is retained", async () => {
    await up([configMap("guarded", "1", { protect: true }), configMap("kept", "1", { retainOnDelete: true })]);
    const { exitCode, all } = await run([], "up", "--yes", "--skip-preview");
    assert.notEqual(exitCode, 0);
    assert.match(all, /protect/);
    await up([configMap("guarded", "1")]);
    await up([]);
    assert.deepEqual([await live("guarded"), await live("kept")], [undefined, "1"]);
  });

  it("imports an object that is there, and refuses to overwrite it otherwise", async () => {
    const refused = await run([configMap("kept", "1")], "up", "--yes", "--skip-preview");
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.all, /already exists/);
    const imported = configMap("kept", "1", { import: `${namespace}/kept` });
    assert.match(await up([imported]), /1 imported/);
    await up([]);
    assert.equal(await live("kept"), undefined);
  });

  it("finds drift by a refresh", async () => {
    await up([configMap("drift", "1")]);
    const body = { data: { value: "theirs" } };
    const contentType = "application/merge-patch+json";
    await cluster.client.request("PATCH", `/api/v1/namespaces/${namespace}/configmaps/drift`, { body, contentType });
    const { all } = await run([configMap("drift", "1")], "preview", "--refresh", "--diff");
    assert.match(all, /theirs/);
    await up([configMap("drift", "1")], "--refresh");
    assert.equal(await live("drift"), "1");
  });

  it("makes a random value once, and anew when its keepers change", async () => {
    const uuid = (keeper: string): Registration => ({
      type: "random:index/randomUuid:RandomUuid",
      name: "uuid",
      inputs: { keepers: { keeper } },
    });
    await up([uuid("a")]);
    const first = (await results())["uuid"];
    await up([uuid("a")]);
    assert.equal((await results())["uuid"], first);
    await up([uuid("b")]);
    const second = (await results())["uuid"];
    assert.match(second ?? "", /^[0-9a-f-]{36}$/);
    assert.notEqual(second, first);
  });

  it("deletes everything at the end", async () => {
    const { exitCode, all } = await run([], "destroy", "--yes", "--skip-preview");
    assert.equal(exitCode, 0, all);
    assert.equal(await live("one"), undefined);
  });
});
