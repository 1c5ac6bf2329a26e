import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { findOnPath, isFit, versionIn } from "./on-path.ts";

describe("programs on PATH", () => {
  it("tell their version in many ways", () => {
    const answers = {
      "Kubernetes v1.36.3": "1.36.3",
      "go version go1.26.8 linux/amd64": "1.26.8",
      "v3.230.0": "3.230.0",
    };
    for (const [answer, version] of Object.entries(answers)) assert.equal(versionIn(answer), version);
    assert.equal(versionIn("etcd Version: 3.6.5\nGit SHA: a061450"), "3.6.5");
    assert.equal(versionIn("usage: kwok [flags]"), undefined);
  });

  it("are fit with the same minor version and an equal or newer patch", () => {
    const fit = ["1.36.3", "1.36.10"].map((version) => isFit(version, "1.36.3"));
    const unfit = ["1.36.2", "1.37.0", "1.35.9", "1.36.4-rc.1", "none"].map((version) => isFit(version, "1.36.3"));
    assert.deepEqual([...fit, ...unfit], [true, true, false, false, false, false, false]);
  });

  describe("with a tool of the user's", () => {
    const [path, cache] = [process.env["PATH"], process.env["XDG_CACHE_HOME"]];
    const directory = temporaryDirectory("on-path");
    const tool = { name: "kwok" as const, version: "0.7.0", versionArguments: ["--version"] };
    const install = (answer: string) => {
      writeFileSync(join(directory, "kwok"), `#!/bin/sh\necho '${answer}'\n`);
      chmodSync(join(directory, "kwok"), 0o755);
    };
    before(() => {
      process.env["PATH"] = `${directory}:${path}`;
      process.env["XDG_CACHE_HOME"] = join(directory, "cache");
    });
    after(() => {
      process.env["PATH"] = path;
      if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
      else process.env["XDG_CACHE_HOME"] = cache;
    });

    it("take it, and forget the answer once the file changes", async () => {
      install("kwok version v0.7.1 (linux)");
      assert.deepEqual(await findOnPath(tool), { path: join(directory, "kwok"), version: "0.7.1" });
      install("kwok version v0.6.0");
      assert.equal(await findOnPath(tool), undefined);
    });
  });
});
