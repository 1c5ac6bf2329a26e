import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { buildTools } from "./build.ts";
import { ToolchainError } from "./errors.ts";
import { toolTable } from "./tools.ts";

const tool = toolTable({ os: "linux", arch: "amd64" }).find(({ name }) => name === "kwok");

describe("building from Go modules", function () {
  this.timeout(20_000);
  const [path, cache] = [process.env["PATH"], process.env["XDG_CACHE_HOME"]];
  let directory: string;

  /** Puts a `go` of the test's own first on PATH: what it does with `build` is the test's. */
  const withGo = (build: string, version = "go1.99.0") => {
    const script = `#!/bin/sh\nif [ "$1" = version ]; then echo "go version ${version} linux/amd64"; exit; fi\n${build}\n`;
    writeFileSync(join(directory, "go"), script);
    chmodSync(join(directory, "go"), 0o755);
  };
  const halfWritten = () =>
    readdirSync(join(directory, "cache", "genai", "bin")).filter((name) => name.startsWith("."));

  beforeEach(() => {
    directory = temporaryDirectory("build");
    process.env["PATH"] = [directory, "/usr/bin", "/bin"].join(delimiter);
    process.env["XDG_CACHE_HOME"] = join(directory, "cache");
  });
  afterEach(() => {
    process.env["PATH"] = path;
    if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cache;
  });

  const build = (signal?: AbortSignal) => {
    const kept: string[] = [];
    const keep = (_: unknown, program: string) => void (existsSync(program) && kept.push(program));
    return buildTools(tool ? [tool] : [], keep, signal).then(() => kept);
  };

  it("hands the program over and clears up", async () => {
    withGo('while [ "$1" != -o ]; do shift; done; echo program > "$2/kwok"');
    assert.equal((await build()).length, 1);
    assert.deepEqual(halfWritten(), []);
  });

  it("names the log, shows its end, and says what a failure looks like", async () => {
    withGo('echo "dial tcp: lookup example.test: no such host" >&2; exit 1');
    await assert.rejects(build(), (error) => {
      assert.ok(error instanceof ToolchainError);
      assert.match(
        error.message,
        /Building kwok failed\. Go modules cannot be reached[^]*no such host[^]*build-kwok\.log/,
      );
      return true;
    });
    assert.deepEqual(halfWritten(), []);
  });

  it("says which Go is wanted when it is missing or too old", async () => {
    await assert.rejects(build(), /Go is not on PATH[^]*Install Go 1\.\d+/);
    withGo("exit 1", "go1.2.3");
    await assert.rejects(build(), /Go 1\.2\.3 is on PATH, and go\.mod asks for 1\./);
  });

  it("ends when interrupted and leaves no half-written program", async () => {
    withGo("exec sleep 30");
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 300);
    await assert.rejects(build(interrupt.signal), { name: "AbortError" });
    assert.deepEqual(halfWritten(), []);
  });
});
