import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { withLock } from "../lock.ts";
import { cachedPath, cacheSubdirectory } from "../toolchain/cache.ts";
import { ToolchainError } from "../toolchain/errors.ts";
import { resolveTools } from "../toolchain/resolve.ts";
import { currentPlatform } from "../toolchain/tools.ts";
import type { CachedLayer } from "./archive.ts";
import { debianEntries } from "./layer-debian.ts";
import { npmEntries, npmPackages } from "./layer-npm.ts";
import { pythonEntries } from "./layer-python.ts";
import { type LayerEntry, withDirectories, writeLayer } from "./layer-tar.ts";
import type { LayerRecipe } from "./recipe.ts";
import { requirementsFile } from "./requirements.ts";

/** What building goes on with. */
export interface BuildOptions {
  onProgress?(message: string): void;
  signal?: AbortSignal;
}

/** What a builder hands over. */
export interface LayerContent {
  entries: readonly LayerEntry[];
  /** What it was made of, in a few words, with versions. */
  madeOf: string;
}

/** Raised when a change of this code changes what it makes. */
const builderVersion = 1;

/**
 * Gets a layer from the cache, or builds it. Its place follows from its recipe, so a changed recipe is another layer; it appears
 * there whole or not at all; two builds of the same wait for each other; what an interrupted one had downloaded is used again.
 * @throws {ToolchainError} If something needed cannot be had, or the disk is full.
 */
export async function ensureLayer(recipe: LayerRecipe, options: BuildOptions = {}): Promise<CachedLayer> {
  const home = join(cacheSubdirectory("images"), layerKey(recipe));
  const found = cachedLayer(home);
  if (found) return found;
  const { signal, onProgress } = options;
  const onWait = (pid?: number) => onProgress?.(`waiting for process ${pid ?? "?"}, which builds ${recipe.name}`);
  return withLock(`${home}.lock`, { onWait, signal }, async () => {
    const meanwhile = cachedLayer(home);
    if (meanwhile) return meanwhile;
    const work = `${home}.partial`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    try {
      requireSpace(work, recipe);
      if (recipe.kind === "debian" || recipe.kind === "python")
        onProgress?.(`building image layer ${recipe.name} (the first time takes a minute or more)`);
      const { entries, madeOf } = await layerContent(recipe, join(work, "work"), options);
      signal?.throwIfAborted();
      const written = await writeLayer(join(work, "layer.tar"), entries);
      rmSync(join(work, "work"), { recursive: true, force: true });
      writeFileSync(join(work, "layer.json"), JSON.stringify({ ...written, madeOf }));
      renameSync(work, home);
      forgetUnused(recipe);
      return { ...written, madeOf, file: join(home, "layer.tar") };
    } catch (error) {
      signal?.throwIfAborted();
      throw named(error, recipe, home);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function layerContent(recipe: LayerRecipe, work: string, options: BuildOptions): LayerContent | Promise<LayerContent> {
  switch (recipe.kind) {
    case "files":
      return { entries: recipe.entries, madeOf: recipe.name };
    case "programs":
      return programEntries(recipe, options);
    case "debian":
      return debianEntries(recipe, work, options);
    case "python":
      return pythonEntries(recipe, work, options);
    case "npm":
      return npmEntries(recipe);
  }
}

/** Programs are never taken from PATH: a distribution's may need libraries that the image does not have. */
async function programEntries(
  { programs }: Extract<LayerRecipe, { kind: "programs" }>,
  options: BuildOptions,
): Promise<LayerContent> {
  const tools = Object.values(programs).map((tool) => ({ ...tool, notOnPath: true }));
  const resolved = await resolveTools(tools, options);
  return {
    entries: withDirectories(
      Object.entries(programs).map(([path, { name }]) => {
        const from = resolved[name]?.path ?? "";
        return { path, type: "file", mode: 0o755, content: { from } };
      }),
    ),
    madeOf: Object.values(programs)
      .map(({ name, version }) => `${name} ${version}`)
      .join(", "),
  };
}

/** Changes with everything that the layer is made of. */
function layerKey(recipe: LayerRecipe): string {
  const platform = currentPlatform();
  // A file counts by what is in it, wherever the checkout lies.
  const withoutPlaces = (name: string, value: unknown) => (name === "from" ? undefined : value);
  const key = createHash("sha256").update(JSON.stringify([builderVersion, platform, recipe], withoutPlaces));
  if (recipe.kind === "programs")
    for (const tool of Object.values(recipe.programs)) key.update(cachedPath(tool, platform));
  if (recipe.kind === "python") key.update(readFileSync(requirementsFile(recipe.requirements)));
  if (recipe.kind === "npm") key.update(JSON.stringify(npmPackages(recipe.workspace)));
  if (recipe.kind === "files")
    for (const { content } of recipe.entries) if (typeof content === "object") key.update(readFileSync(content.from));
  return `${recipe.name}-${key.digest("hex").slice(0, 16)}`;
}

/** How long a layer that nothing uses is kept: other checkouts may have another recipe of the same name. */
const keptMilliseconds = 7 * 24 * 60 * 60 * 1000;

/** Removes layers of the same name, of other recipes, that were not used for long. */
function forgetUnused({ name }: LayerRecipe): void {
  const images = cacheSubdirectory("images");
  for (const entry of readdirSync(images).filter((other) => other.replace(/-[0-9a-f]{16}$/, "") === name)) {
    const { mtimeMs } = statSync(join(images, entry));
    if (Date.now() - mtimeMs > keptMilliseconds) rmSync(join(images, entry), { recursive: true, force: true });
  }
}

function cachedLayer(home: string): CachedLayer | undefined {
  const facts = join(home, "layer.json");
  if (!existsSync(facts)) return undefined;
  const now = new Date();
  utimesSync(home, now, now);
  const { digest, size, madeOf } = JSON.parse(readFileSync(facts, "utf8")) as CachedLayer;
  return { digest, size, madeOf, file: join(home, "layer.tar") };
}

function requireSpace(directory: string, recipe: LayerRecipe): void {
  const needed = "diskBytes" in recipe ? recipe.diskBytes : 0;
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize >= needed) return;
  throw new ToolchainError(
    `The disk of ${directory} has ${mebibytes(bavail * bsize)} MiB left; building ${recipe.name} takes up to ${mebibytes(needed)} MiB. ` +
      "Free some space, or set XDG_CACHE_HOME to a larger disk, then run again.",
  );
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function named(error: unknown, { name }: LayerRecipe, home: string): Error {
  if (error instanceof ToolchainError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const full = /ENOSPC|no space left/i.test(message);
  const hint = full
    ? " The disk is full: free some space, or set XDG_CACHE_HOME to a larger disk, then run again."
    : "";
  return new ToolchainError(`Image layer ${name} could not be built in ${home}.${hint}\n${message}`, { cause: error });
}
