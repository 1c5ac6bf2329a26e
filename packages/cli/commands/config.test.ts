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

  it("refuses what is no change, without repeating the value", () => {
    assert.throws(() => withChanges(dev, ["maxReplicas"]), /must be <path>=<value>/);
    assert.throws(() => withChanges(dev, ["models.chat.model=x"]), /"models.chat.model" given/);
    assert.throws(() => withChanges(dev, ["genai:models.chat.maxReplicas.more=1"]), /no such place/);
  });
});
