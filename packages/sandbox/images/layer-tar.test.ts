import {
  createReadStream,
  linkSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  chmodSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { assert, temporaryDirectory } from "@genai/testing";
import { unpackTar } from "modern-tar";
import { type LayerEntry, treeEntries, writeLayer } from "./layer-tar.ts";

describe("layers of an image", () => {
  const scratch = temporaryDirectory("layer");
  const write = async (entries: readonly LayerEntry[]) => {
    const file = join(scratch, "layer.tar");
    const written = await writeLayer(file, entries);
    const unpacked = await unpackTar(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array<ArrayBuffer>>);
    return { ...written, bytes: readFileSync(file), headers: unpacked.map(({ header }) => header), unpacked };
  };
  const passwords: LayerEntry = { path: "/etc/passwd", type: "file", content: "root:x:0:0\n" };
  const directory: LayerEntry = { path: "/etc", type: "directory" };

  it("are the same bytes whatever the order of their entries", async () => {
    const [one, other] = [await write([passwords, directory]), await write([directory, passwords])];
    assert.equal(one.digest, other.digest);
    assert.deepEqual(one.bytes, other.bytes);
    assert.equal(one.size, one.bytes.length);
  });

  it("carry modes, owners and links, and no times", async () => {
    const { headers } = await write([
      { path: "/tmp", type: "directory", mode: 0o1777 },
      { path: "/data", type: "directory", mode: 0o700, owner: [999, 998] },
      { path: "/bin", type: "symlink", target: "usr/bin" },
    ]);
    assert.deepEqual(
      headers.map(({ name, type, mode, uid, gid, linkname }) => [name, type, mode, uid, gid, linkname ?? ""]),
      [
        ["bin", "symlink", 0o777, 0, 0, "usr/bin"],
        ["data/", "directory", 0o700, 999, 998, ""],
        ["tmp/", "directory", 0o1777, 0, 0, ""],
      ],
    );
    assert.ok(headers.every(({ mtime }) => mtime?.getTime() === 0));
  });

  it("take a tree as root's, whoever made it and whenever", async () => {
    const tree = (made: Date) => {
      const root = mkdtempSync(join(scratch, "tree-"));
      mkdirSync(join(root, "a"));
      writeFileSync(join(root, "a", "run"), "#!/bin/sh\n");
      chmodSync(join(root, "a", "run"), 0o4711);
      linkSync(join(root, "a", "run"), join(root, "a-link"));
      symlinkSync("a/run", join(root, "link"));
      writeFileSync(join(root, "left-out"), "");
      writeFileSync(join(root, "large"), Buffer.alloc(3_000_000, "x"));
      utimesSync(join(root, "large"), made, made);
      return treeEntries(root, { prefix: "/opt", without: (path) => path === "/opt/left-out" });
    };
    const [one, other] = [await write(tree(new Date())), await write(tree(new Date(1e12)))];
    assert.equal(one.digest, other.digest);
    assert.deepEqual(
      one.headers.map(({ name, type, mode, uid, linkname }) => [name, type, mode, uid, linkname ?? ""]),
      [
        ["opt/a/", "directory", 0o755, 0, ""],
        ["opt/a/run", "file", 0o755, 0, ""],
        ["opt/large", "file", 0o644, 0, ""],
        ["opt/link", "symlink", 0o777, 0, "a/run"],
        // A hard link comes after what it points to, though its name comes before.
        ["opt/a-link", "link", 0o755, 0, "opt/a/run"],
      ],
    );
    assert.equal(one.unpacked[2]?.data?.length, 3_000_000);
  });
});
