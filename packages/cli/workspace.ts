import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The checkout this command belongs to. */
export const root = join(import.meta.dirname, "..", "..");

/** Where the checkout keeps its local state, git-ignored; GENAI_STATE_DIRECTORY gives tests one of their own. */
export const stateDirectory = process.env["GENAI_STATE_DIRECTORY"] ?? join(root, ".genai");

/** The stack file as committed. */
export function committedStackFile(stack: string): string {
  return join(root, `Pulumi.${stack}.yaml`);
}

/** Every stack that has a committed file. */
export function committedStacks(): string[] {
  return readdirSync(root)
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((stack) => stack !== undefined)
    .toSorted();
}

/** Local files of one stack in this checkout. */
export interface StackPaths {
  /** Holds what the engine needs of its own: backend, passphrase, derived stack file. */
  engine: string;
  /** The stack file that the engine reads: the committed one plus this checkout's secrets. */
  configFile: string;
  /** The file backend's directory. */
  backend: string;
  /** The stack's record in the file backend. */
  stateFile: string;
  /** The embedded cluster's directory. */
  cluster: string;
  /** The embedded cluster's name, also its context's. */
  clusterName: string;
}

/** @param shadow Whether an empty record beside the real one is meant, for previews that must not depend on what is deployed. */
export function stackPaths(stack: string, shadow = false): StackPaths {
  const checkout = createHash("sha256").update(stateDirectory).digest("hex").slice(0, 8);
  const engine = shadow ? join(stateDirectory, "shadow") : stateDirectory;
  const backend = join(engine, "backend");
  return {
    engine,
    configFile: join(engine, `Pulumi.${stack}.yaml`),
    backend,
    stateFile: join(backend, ".pulumi", "stacks", "genai", `${stack}.json`),
    cluster: join(stateDirectory, "clusters", stack),
    clusterName: `genai-${stack}-${checkout}`,
  };
}

/** Makes a directory of local state, or makes the one that is there, readable by its owner alone. */
export function makePrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}
