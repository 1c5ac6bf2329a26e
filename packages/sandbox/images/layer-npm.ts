import { existsSync, globSync, lstatSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { LayerContent } from "./layers.ts";
import { type LayerEntry, withDirectories } from "./layer-tar.ts";
import type { LayerRecipe } from "./recipe.ts";

/** Root of the workspace, whose `node_modules` npm has filled from the lock file. */
export const workspaceRoot = join(import.meta.dirname, "../../..");

/** Files of packages that nothing reads while they run. */
const notNeeded = /(\.md|\.map|\.d\.[cm]?ts|\.flow)$/;

/** The packages that a folder of the workspace needs to run, and what they need in turn: versions by their places below the root. */
export function npmPackages(workspace: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (directory: string) => {
    const { version = "", dependencies = {} } = manifestOf(directory);
    if (relative(workspaceRoot, directory).startsWith("node_modules")) {
      const place = relative(workspaceRoot, directory);
      if (found[place]) return;
      found[place] = version;
    }
    for (const name of Object.keys(dependencies)) visit(locate(name, directory));
  };
  visit(join(workspaceRoot, workspace));
  return found;
}

/** Files of the workspace, with the directories that lead to them, as they lie below a directory of an image. */
export function workspaceFiles(path: string, files: readonly string[]): LayerEntry[] {
  return withDirectories(
    files.map((file) => ({ path: join(path, file), type: "file", content: { from: join(workspaceRoot, file) } })),
  );
}

/** The entries of a layer with the packages of a folder of the workspace. */
export function npmEntries({ workspace, path }: Extract<LayerRecipe, { kind: "npm" }>): LayerContent {
  const packages = npmPackages(workspace);
  const files = Object.keys(packages).flatMap((place) =>
    globSync(`${place}/**`, { cwd: workspaceRoot, exclude: [`${place}/node_modules`] }).filter(
      (file) => !notNeeded.test(file) && lstatSync(join(workspaceRoot, file)).isFile(),
    ),
  );
  const named = Object.entries(packages).map(([place, version]) => `${place.slice("node_modules/".length)} ${version}`);
  return {
    entries: workspaceFiles(path, files),
    madeOf: named.join(", "),
  };
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
}

/** Where Node finds a package from a directory: in the nearest `node_modules` above it. */
function locate(name: string, from: string): string {
  const place = join(from, "node_modules", name);
  if (existsSync(join(place, "package.json"))) return place;
  if (from === workspaceRoot) throw new Error(`${name} is not installed; run: npm ci`);
  return locate(name, dirname(from));
}
