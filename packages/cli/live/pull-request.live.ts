import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { execa } from "execa";
import { type Checkout, copyCheckout } from "./checkout.ts";

/** What the pull-request workflow runs. */
describe("the preview of a pull request", function () {
  this.timeout(600_000);
  let checkout: Checkout;

  const commit = async (message: string) => {
    const git = (...args: string[]) => execa("git", args, { cwd: checkout.directory });
    await git("add", "--all");
    await git("-c", "user.name=test", "-c", "user.email=test@example.test", "commit", "--quiet", "-m", message);
  };
  const report = async () => {
    const { exitCode, all } = await checkout.genai("preview", "--affected", "--base", "HEAD~1", "--report", "out.md");
    return { exitCode, all, markdown: readFileSync(join(checkout.directory, "out.md"), "utf8") };
  };

  before(async () => {
    checkout = await copyCheckout();
    await execa("git", ["init", "--quiet"], { cwd: checkout.directory });
    // Here node_modules are links, which the pattern of a directory in .gitignore does not match.
    writeFileSync(join(checkout.directory, ".git", "info", "exclude"), "node_modules\nout.md\n");
    await commit("base");
  });
  after(() => checkout.remove());

  it("reports the one object that a changed stack file changes, for that stack only", async () => {
    checkout.edit("Pulumi.dev.yaml", /maxReplicas: \d+/, "maxReplicas: 2");
    await commit("fewer replicas");
    const { exitCode, all, markdown } = await report();
    assert.equal(exitCode, 0, all);
    assert.match(markdown, /\| dev \| 0 \| 1 \| 0 \| passed \|/);
    assert.match(markdown, /-  maxReplicas: 3\n\+  maxReplicas: 2/);
    assert.doesNotMatch(markdown, /\| (prod|staging) \|/);
  });

  it("reports every stack when the program changes, and fails on what the policy forbids", async () => {
    checkout.edit(
      join("packages", "core", "security-context.ts"),
      "readOnlyRootFilesystem: true",
      "readOnlyRootFilesystem: false",
    );
    await commit("a writable root filesystem");
    const { exitCode, all, markdown } = await report();
    assert.equal(exitCode, 3, all);
    assert.match(markdown, /\| dev \|.*violat/);
    assert.match(markdown, /\| prod \|.*violat/);
  });

  it("only reports what an advisory policy level forbids", async () => {
    checkout.edit("Pulumi.dev.yaml", "  genai:version: 2", "  genai:version: 2\n  genai:policy: { level: advisory }");
    const { exitCode, all } = await checkout.genai("preview");
    assert.equal(exitCode, 0, all);
    assert.match(all, /read-only-root-filesystem/);
  });
});
