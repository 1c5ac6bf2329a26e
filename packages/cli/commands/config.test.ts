import { readFileSync } from "node:fs";
import { readStackFile } from "@genai/platform";
import { assert } from "@genai/testing";
import { committedStackFile } from "../workspace.ts";
import { withChanges } from "./config.ts";

describe("withChanges", () => {
  const dev = readFileSync(committedStackFile("dev"), "utf8");

  it("sets values under the paths that problems are reported with, and keeps the rest", () => {
    const changed = withChanges(dev, ["genai:cluster.pools[1].nodes=5", "genai:models.chat.contextLength=4096"]);
    const { config } = readStackFile(changed);
    assert.equal(config?.cluster.pools[1]?.nodes, 5);
    assert.equal(config?.models["chat"]?.contextLength, 4096);
    assert.ok(changed.startsWith(dev.split("\n")[0] ?? "?"), "the comment is gone");
  });

  it("takes a value as YAML, a whole entry included", () => {
    const entry = "{ model: Qwen/Qwen3-0.6B, tenant: research, pool: a10, maxReplicas: 1 }";
    const { config } = readStackFile(withChanges(dev, [`genai:models.extra=${entry}`]));
    assert.equal(config?.models["extra"]?.model, "Qwen/Qwen3-0.6B");
  });

  it("shows what a change would break", () => {
    const { problems } = readStackFile(withChanges(dev, ["genai:models.chat.maxReplicas=30"]));
    assert.match(problems.map(({ path }) => path).join(), /genai:tenants\.research\.gpus/);
  });

  it("makes the place where nothing stands yet", () => {
    const { config } = readStackFile(
      withChanges("config:\n  genai:tenants:\n    research:\n", ["genai:tenants.research.pods=7"]),
    );
    assert.equal(config?.tenants["research"]?.pods, 7);
  });

  it("leaves a file that is no YAML to whoever reads it", () => {
    const broken = "config:\n  a: [1\n";
    assert.equal(withChanges(broken, ["genai:models.chat.model=x"]), broken);
  });

  const refusals: [change: string, said: RegExp][] = [
    ["maxReplicas", /--set "maxReplicas": must be <path>=<value>/],
    ["models.chat.model=hunter2", /--set "models.chat.model": must be <path>=<value> with a path such as genai:[^=]+$/],
    ["genai:models..x=1", /--set "genai:models..x": must be/],
    ["genai:models.chat[=1", /--set "genai:models.chat\[": must be/],
    ["genai:cluster.pools[-1].nodes=1", /--set "genai:cluster.pools\[-1\].nodes": must be/],
    ["genai:cluster.pools[9].nodes=1", /the list there has 2 entries; the next is \[2\]/],
    ["genai:cluster.pools.first.nodes=1", /no such place in the file: what holds "first" is no map/],
    ["genai:models[0].model=x", /what holds 0 is no list/],
    ["genai:models.chat.maxReplicas.more=1", /what holds "more" is no map/],
    ["genai:models.chat.systemPrompt=a: b: c", /the value is no YAML; put text in quotes/],
    ["genai:models.chat=*usual", /the value is no YAML/],
  ];
  for (const [change, said] of refusals)
    it(`refuses ${change.split("=")[0]} with a reason, and without the value`, () =>
      assert.throws(() => withChanges(dev, [change]), said));
});
