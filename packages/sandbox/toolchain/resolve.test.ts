import { assert } from "@genai/testing";
import { cachedPath } from "./cache.ts";
import { buildConcurrency } from "./resolve.ts";
import { toolTable } from "./tools.ts";

const gibibyte = 2 ** 30;
const linux = { os: "linux", arch: "amd64" } as const;

describe("the toolchain", () => {
  it("builds as many modules at once as cores and memory allow, and never none", () => {
    const cases = [
      buildConcurrency(2, 24 * gibibyte),
      buildConcurrency(16, 7 * gibibyte),
      buildConcurrency(16, 64 * gibibyte),
      buildConcurrency(1, gibibyte),
    ];
    assert.deepEqual(cases, [1, 2, 8, 1]);
  });

  it("keeps a program under what it was made of", () => {
    const [tool] = toolTable(linux);
    assert.ok(tool);
    const paths = [
      cachedPath(tool, linux),
      cachedPath({ ...tool, linkerFlags: "-X main.version=1" }, linux),
      cachedPath(tool, { os: "linux", arch: "arm64" }),
      cachedPath({ ...tool, module: "kwok" }, linux),
    ];
    assert.equal(new Set(paths).size, paths.length);
    assert.equal(cachedPath(tool, linux), paths[0]);
  });

  it("has a checksum for every release that it would download", () => {
    for (const { name, release } of [linux, { os: "darwin", arch: "arm64" } as const].flatMap(toolTable)) {
      assert.ok(!release || release.checksumUrl !== release.url, name);
    }
  });
});
