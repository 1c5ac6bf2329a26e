import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createTarPacker, type TarPackController } from "modern-tar";

/** One thing in an image's file system. */
export interface LayerEntry {
  /** Absolute, without a slash at its end. */
  path: string;
  type: "file" | "directory" | "symlink" | "link";
  /** Permission bits. @default 0o755 for directories, 0o644 for files */
  mode?: number;
  /** User and group. @default root */
  owner?: readonly [user: number, group: number];
  /** A file's content: text, or where on this machine it is. */
  content?: string | { from: string };
  /** Where a symbolic link points; of a hard link the other path. */
  target?: string;
}

/** A layer that was written. */
export interface WrittenLayer {
  /** `sha256:…` of the tar file. */
  digest: string;
  /** In bytes. */
  size: number;
}

/**
 * Writes a layer of an image as an uncompressed tar file. The same entries give the same bytes: sorted by path, all times zero, owners
 * as numbers.
 */
export async function writeLayer(file: string, entries: readonly LayerEntry[]): Promise<WrittenLayer> {
  const { readable, controller } = createTarPacker();
  const hash = createHash("sha256");
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const written = pipeline(Readable.fromWeb(readable as never), count, createWriteStream(file));
  const packed = (async () => {
    for (const entry of entries.toSorted(inOrder)) await pack(entry, controller);
    controller.finalize();
  })();
  await Promise.all([written, packed]);
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

/** By path, so that a directory comes before what is in it; hard links last, after the files that they point to. */
function inOrder(one: LayerEntry, other: LayerEntry): number {
  const links = Number(one.type === "link") - Number(other.type === "link");
  return links || (one.path < other.path ? -1 : Number(one.path > other.path));
}

async function pack(entry: LayerEntry, controller: TarPackController): Promise<void> {
  const { path, type, content, target, owner: [uid, gid] = [0, 0] } = entry;
  const mode = entry.mode ?? (type === "directory" ? 0o755 : type === "symlink" ? 0o777 : 0o644);
  const name = `${path.slice(1)}${type === "directory" ? "/" : ""}`;
  const linkname = type === "link" ? target?.slice(1) : target;
  const source = typeof content === "object" ? content.from : undefined;
  const text = Buffer.from(typeof content === "string" ? content : "");
  const size = source ? lstatSync(source).size : text.length;
  const writer = controller.add({ name, type, mode, uid, gid, size, mtime: new Date(0), linkname }).getWriter();
  if (!source) await (size > 0 && writer.write(text));
  else if (size <= smallBytes) await (size > 0 && writer.write(await readFile(source)));
  else
    for await (const chunk of createReadStream(source, { highWaterMark: smallBytes }))
      await writer.write(chunk as Buffer);
  await writer.close();
}

/** Files up to this size are read at once, which is faster. */
const smallBytes = 2 ** 20;

/** The directories that lead to a path, the outermost first. */
export function directoriesAbove(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

/** Entries with the directories that lead to them, each once. */
export function withDirectories(entries: readonly LayerEntry[]): LayerEntry[] {
  const directories = new Set(entries.flatMap(({ path }) => directoriesAbove(path)));
  return [...[...directories].map((path): LayerEntry => ({ path, type: "directory" })), ...entries];
}

/** What a tree is taken into an image with. */
export interface TreeOptions {
  /** Where it is put. @default the root */
  prefix?: string;
  /** Whether a path (as in the image) is left out, with all below it. */
  without?(path: string): boolean;
}

/**
 * The entries of a directory on this machine. Owners become root's and permissions 0755 or 0644, whoever made the files; hard links
 * stay links.
 */
export function treeEntries(root: string, { prefix = "", without = () => false }: TreeOptions = {}): LayerEntry[] {
  const firstPaths = new Map<number, string>();
  const entries: LayerEntry[] = [];
  const visit = (directory: string, above: string) => {
    for (const name of readdirSync(directory).toSorted()) {
      const [from, path] = [join(directory, name), `${above}/${name}`];
      if (without(path)) continue;
      const stats = lstatSync(from);
      if (stats.isDirectory()) {
        entries.push({ path, type: "directory" });
        visit(from, path);
      } else if (stats.isSymbolicLink()) entries.push({ path, type: "symlink", target: readlinkSync(from) });
      else if (stats.isFile()) entries.push(fileEntry(from, path, stats, firstPaths));
    }
  };
  visit(root, prefix);
  return entries;
}

function fileEntry(
  from: string,
  path: string,
  { mode, nlink, ino }: Stats,
  firstPaths: Map<number, string>,
): LayerEntry {
  const permissions = mode & 0o111 ? 0o755 : 0o644;
  const target = nlink > 1 ? firstPaths.get(ino) : undefined;
  if (target) return { path, type: "link", mode: permissions, target };
  firstPaths.set(ino, path);
  return { path, type: "file", mode: permissions, content: { from } };
}
