import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { assert } from "./assert.ts";

const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** Runs a test file of that content as `npm test` would; it lives in the workspace, so that it finds its dependencies. */
function run(content: string): { status: number | null; output: string } {
  const directory = mkdtempSync(join(import.meta.dirname, ".inner-"));
  try {
    const file = join(directory, "inner.test.ts");
    writeFileSync(file, `import { assert } from "@genai/testing";\n${content}\n`);
    const env = { ...process.env, NX_WORKSPACE_ROOT: "" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [mocha, file], { encoding: "utf8", env });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("tests of this workspace", function () {
  this.timeout(30_000);

  it("pass when their assertions hold", () => {
    const { status, output } = run('it("holds", () => assert.equal(1, 1));');
    assert.equal(status, 0, output);
  });

  it("fail when an assertion never ran", () => {
    const { status, output } = run('it("forgets", () => { [].forEach(() => assert.equal(1, 2)); });');
    assert.equal(status, 1, output);
    assert.match(output, /assert/i);
  });

  it("fail on an assertion that fails", () => {
    assert.equal(run('it("fails", () => assert.equal(1, 2));').status, 1);
  });
});
