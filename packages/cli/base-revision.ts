import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "@genai/core";
import { execa } from "execa";
import { UserError } from "./errors.ts";
import { root } from "./workspace.ts";

/** What another revision deploys, read by that revision's own code in a work tree of its own. */
export interface BaseRevision {
  render(stack: string): Promise<KubernetesObject[]>;
  remove(): Promise<void>;
}

/**
 * Checks a revision out beside this one. Third-party packages are this checkout's; the workspace's own are the revision's.
 * @throws {UserError} If git does not know the revision.
 */
export async function openBaseRevision(revision: string): Promise<BaseRevision> {
  const directory = mkdtempSync(join(tmpdir(), "genai-base-"));
  const added = await execa("git", ["worktree", "add", "--detach", directory, revision], { cwd: root, reject: false });
  if (added.exitCode !== 0) {
    rmSync(directory, { recursive: true, force: true });
    throw new UserError(
      `git does not know the base revision "${revision}": fetch it, or name another with --base.\n${added.stderr}`,
    );
  }
  linkDependencies(directory);
  return {
    async render(stack) {
      if (!existsSync(join(directory, `Pulumi.${stack}.yaml`))) return [];
      const script = join(directory, "packages", "cli", "genai.ts");
      const { stdout } = await execa(process.execPath, [script, "render", "--json", "--stack", stack], {
        cwd: directory,
      });
      return JSON.parse(stdout) as KubernetesObject[];
    },
    async remove() {
      rmSync(directory, { recursive: true, force: true });
      await execa("git", ["worktree", "prune"], { cwd: root, reject: false });
    },
  };
}

/** Gives a copy of this checkout its dependencies: third-party packages are shared, the workspace's own are the copy's. */
export function linkDependencies(directory: string): void {
  const [from, to] = [join(root, "node_modules"), join(directory, "node_modules")];
  mkdirSync(join(to, "@genai"), { recursive: true });
  for (const name of readdirSync(from)) if (name !== "@genai") symlinkSync(join(from, name), join(to, name));
  const workspaces = [
    ...readdirSync(join(directory, "packages")).map((name) => [name, join("packages", name)]),
    ["platform", join("stacks", "platform")],
  ];
  for (const [name = "", path = ""] of workspaces) {
    symlinkSync(join(directory, path), join(to, "@genai", name));
    const own = join(root, path, "node_modules");
    if (existsSync(own)) symlinkSync(own, join(directory, path, "node_modules"));
  }
}
