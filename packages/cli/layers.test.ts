import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { execa } from "execa";
import { root } from "./workspace.ts";

/** Which layers a layer may import; the tags in each package.json say which layer a package is. */
const allowed: Record<string, readonly string[]> = {
  catalog: [],
  core: ["catalog"],
  addons: ["core", "catalog"],
  services: ["core", "catalog"],
  tenancy: ["core", "catalog"],
  secrets: ["core", "catalog"],
  policy: ["core", "catalog"],
  sandbox: ["catalog", "worker"],
  worker: [],
  platform: ["core", "catalog", "addons", "services", "tenancy", "secrets"],
  testing: [],
  cli: ["core", "catalog", "addons", "services", "tenancy", "secrets", "policy", "sandbox", "platform"],
};

interface Graph {
  nodes: Record<string, { data: { tags?: string[]; root: string } }>;
  dependencies: Record<string, { source: string; target: string }[]>;
}

/** The arrows of the graph that the layers forbid, each as a sentence. */
export function wrongArrows({ nodes, dependencies }: Graph): string[] {
  const layerOf = (project: string) =>
    nodes[project]?.data.tags?.find((tag) => tag.startsWith("layer:"))?.slice("layer:".length);
  return Object.values(dependencies)
    .flat()
    .flatMap(({ source, target }) => {
      const [from, to] = [layerOf(source), layerOf(target)];
      if (!from || !to || from === to || to === "testing" || allowed[from]?.includes(to)) return [];
      const may = allowed[from]?.join(", ") || "nothing of the workspace";
      return [`${source} (layer ${from}) may import ${may}, but imports ${target} (layer ${to}).`];
    });
}

describe("the layers of the workspace", () => {
  let graph: Graph;
  before(async function () {
    this.timeout(120_000);
    const file = join(temporaryDirectory("graph"), "graph.json");
    await execa("nx", ["graph", `--file=${file}`], {
      cwd: root,
      preferLocal: true,
      localDir: root,
      env: { NX_DAEMON: "false" },
    });
    graph = (JSON.parse(readFileSync(file, "utf8")) as { graph: Graph }).graph;
  });

  it("know every package", () => {
    const packages = Object.entries(graph.nodes).filter(([, { data }]) => data.root !== ".");
    const unknown = packages.filter(([, { data }]) => !data.tags?.some((tag) => tag.replace("layer:", "") in allowed));
    assert.deepEqual(
      unknown.map(([name]) => name),
      [],
    );
  });

  it("import downwards only", () => assert.deepEqual(wrongArrows(graph), []));

  it("name the arrow that is wrong", () => {
    const nodes = {
      "@genai/services": { data: { tags: ["layer:services"], root: "packages/services" } },
      "@genai/addons": { data: { tags: ["layer:addons"], root: "packages/addons" } },
    };
    const dependencies = { "@genai/services": [{ source: "@genai/services", target: "@genai/addons" }] };
    assert.deepEqual(wrongArrows({ nodes, dependencies }), [
      "@genai/services (layer services) may import core, catalog, but imports @genai/addons (layer addons).",
    ]);
  });

  it("keep test helpers out of the product", async () => {
    const { stdout } = await execa(
      "git",
      ["grep", "-l", "@genai/testing", "--", "*.ts", ":!*.test.ts", ":!*.live.ts", ":!packages/testing"],
      {
        cwd: root,
        reject: false,
      },
    );
    assert.equal(stdout, "");
  });
});
