import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { ToolchainError } from "../toolchain/errors.ts";
import { ensureLayer } from "./layers.ts";
import type { LayerRecipe } from "./recipe.ts";

describe("the cache of layers", () => {
  const former = process.env["XDG_CACHE_HOME"];
  const directory = temporaryDirectory("layers");
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(directory, "cache-"));
    process.env["XDG_CACHE_HOME"] = cache;
  });
  afterEach(() => {
    if (former === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = former;
  });
  const halfWritten = () => readdirSync(join(cache, "genai", "images")).filter((name) => name.endsWith(".partial"));
  const text = (content: string | { from: string }): LayerRecipe => ({
    kind: "files",
    name: "text",
    entries: [{ path: "/text", type: "file", content }],
  });

  it("builds a layer once, and another where the recipe is another", async () => {
    const one = await ensureLayer(text("one"));
    assert.ok(existsSync(one.file));
    assert.deepEqual(await ensureLayer(text("one")), one);
    assert.notEqual((await ensureLayer(text("other"))).file, one.file);
  });

  it("builds a layer anew when a file that it is made of has changed", async () => {
    const from = join(cache, "file");
    writeFileSync(from, "one");
    const one = await ensureLayer(text({ from }));
    writeFileSync(from, "other");
    const other = await ensureLayer(text({ from }));
    assert.notEqual(other.digest, one.digest);
  });

  it("gives the same bytes after the cache was lost", async () => {
    const { digest } = await ensureLayer(text("one"));
    rmSync(cache, { recursive: true });
    assert.equal((await ensureLayer(text("one"))).digest, digest);
  });

  it("forgets layers of the same name that were not used for long", async () => {
    const [old, recent] = [await ensureLayer(text("old")), await ensureLayer(text("recent"))];
    const longAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
    for (const { file } of [old, recent]) utimesSync(dirname(file), longAgo, longAgo);
    await ensureLayer(text("recent"));
    await ensureLayer(text("new"));
    assert.deepEqual([existsSync(old.file), existsSync(recent.file)], [false, true]);
  });

  it("lets two builds of the same wait for each other", async () => {
    const both = await Promise.all([ensureLayer(text("one")), ensureLayer(text("one"))]);
    assert.deepEqual(both[0], both[1]);
  });

  it("says how much disk is missing before it begins", async () => {
    const recipe: LayerRecipe = {
      kind: "python",
      name: "packages",
      requirements: "embedding-server.txt",
      path: "/packages",
      python: { kind: "debian", name: "none", packages: [], diskBytes: 0 },
      diskBytes: 1e18,
    };
    await assert.rejects(ensureLayer(recipe), (error) => {
      assert.ok(error instanceof ToolchainError);
      assert.match(error.message, /has \d+ MiB left; building packages takes up to \d+ MiB\. Free some space/);
      return true;
    });
    assert.deepEqual(halfWritten(), []);
  });

  it("ends when interrupted and leaves nothing half-written", async () => {
    await assert.rejects(ensureLayer(text("one"), { signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.deepEqual(halfWritten(), []);
    assert.equal((await ensureLayer(text("one"))).madeOf, "text");
  });
});
