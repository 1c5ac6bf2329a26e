import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "@genai/core";
import { readStackFile } from "@genai/platform";
import { deleteCluster, istioDefinitions, KubernetesClient, resolveToolchain, startCluster } from "@genai/sandbox";
import { assert, temporaryDirectory } from "@genai/testing";
import { parse, parseAllDocuments, stringify } from "yaml";
import { everything, mesh } from "../mesh-example.ts";
import { renderStack } from "../render.ts";
import { apply } from "./apply.ts";
import { eventually } from "./programs.ts";

const istioKinds = ["PeerAuthentication", "AuthorizationPolicy"];

describe("a mesh's objects at a real API server with the CRDs of Istio", function () {
  this.timeout(300_000);
  const directory = temporaryDirectory("mesh");
  const clusterDirectory = join(directory, "cluster");
  let client: KubernetesClient;
  let rendered: KubernetesObject[];

  before(async () => {
    const config = parse(everything) as Record<string, object>;
    config["genai:cluster"] = { ...config["genai:cluster"], mesh };
    const read = readStackFile(stringify({ config }));
    assert.deepEqual(read.problems, []);
    assert.ok(read.config);
    rendered = await renderStack(read.config, "test");
    const tools = await resolveToolchain();
    const cluster = await startCluster({ directory: clusterDirectory, name: "genai-mesh-test", pools: [], tools });
    client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
    const definitions = parseAllDocuments(readFileSync(await istioDefinitions(), "utf8"))
      .map((document) => document.toJS() as { metadata: { name: string } } | null)
      .filter((each) => each?.metadata.name.endsWith(".security.istio.io"));
    assert.equal(definitions.length, 3);
    for (const each of definitions) await apply(client, each ?? {});
    await eventually(() => client.resourceFor("security.istio.io/v1", "AuthorizationPolicy"), {
      seconds: 60,
      explain: () => "no kind",
    });
  });
  after(async () => {
    client?.close();
    await deleteCluster(clusterDirectory);
  });

  it("are taken as they are, namespaces and network policies too", async () => {
    const applied: Record<string, number> = {};
    for (const kind of ["Namespace", "NetworkPolicy", ...istioKinds])
      for (const object of rendered.filter((each) => each.kind === kind)) {
        await apply(client, object);
        applied[kind] = (applied[kind] ?? 0) + 1;
      }
    assert.deepEqual(Object.keys(applied), ["Namespace", "NetworkPolicy", ...istioKinds]);
    assert.ok((applied["AuthorizationPolicy"] ?? 0) > 10, JSON.stringify(applied));
  });

  it("are refused with a field, a mode or a port that Istio does not have", async () => {
    const metadata = { name: "wrong", namespace: "genai-addons" };
    const wrong = [
      ["PeerAuthentication", { mtls: { mode: "STRIKT" } }, /STRIKT/],
      ["PeerAuthentication", { portLevelMtls: { 80: { mode: "STRICT" } } }, /portLevelMtls requires selector/],
      ["AuthorizationPolicy", { rules: [{ to: [{ operation: { port: ["80"] } }] }] }, /field not declared in schema/],
    ] as const;
    for (const [kind, spec, message] of wrong)
      await assert.rejects(apply(client, { apiVersion: "security.istio.io/v1", kind, metadata, spec }), message);
  });
});
