import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { parseDocument } from "yaml";
import { linkDependencies } from "../base-revision.ts";
import { root } from "../workspace.ts";

/** A copy of this checkout's files, with local state of its own, that a test may edit and break. */
export interface Checkout {
  directory: string;
  /** Runs `genai`; never rejects, so that a test asserts on the exit code. */
  genai(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string; all: string }>;
  /** Starts `genai` and returns at once, for tests that interrupt it. */
  start(...args: string[]): ResultPromise<{ stdin: "ignore"; reject: false; all: true }>;
  /** Runs kubectl on the embedded cluster of a stack. @throws If it fails. */
  kubectl(stack: string, ...args: string[]): Promise<string>;
  /** Replaces text in a file. @throws If the text is not there. */
  edit(file: string, from: string | RegExp, to: string): void;
  /** Ends its clusters and deletes it. */
  remove(): Promise<void>;
}

/** What stands around models: tests of how an update goes need none of it. */
const aroundModels = ["addons", "gateway", "ui", "prompts", "workers", "pipelines", "schedules", "vectorStores"];

/** How the `dev` stack of a copied checkout differs from the committed one. */
interface CopyOptions {
  /** Whether every node is simulated. @default what `small` is */
  simulated?: boolean;
  /** Whether it has models and nothing around them. @default false */
  small?: boolean;
}

/** Copies the work tree as it is, uncommitted changes included. */
export async function copyCheckout({ small = false, simulated = small }: CopyOptions = {}): Promise<Checkout> {
  const directory = mkdtempSync(join(tmpdir(), "genai-live-"));
  const { stdout } = await execa("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  for (const file of stdout.split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(root, file), join(directory, file), { force: true });
  }
  linkDependencies(directory);
  if (simulated) {
    const file = join(directory, "Pulumi.dev.yaml");
    const document = parseDocument(readFileSync(file, "utf8"));
    document.setIn(["config", "genai:sandbox"], { realNode: false });
    if (small) {
      for (const section of aroundModels) document.deleteIn(["config", `genai:${section}`]);
      document.setIn(["config", "genai:monitoring"], { mode: "none" });
    }
    writeFileSync(file, document.toString());
  }
  const environment = { GENAI_STATE_DIRECTORY: undefined, KUBECONFIG: undefined, CI: "true" };
  const start: Checkout["start"] = (...args) =>
    execa(process.execPath, [join(directory, "packages", "cli", "genai.ts"), ...args], {
      cwd: directory,
      env: environment,
      stdin: "ignore",
      reject: false,
      all: true,
    });
  return {
    directory,
    start,
    genai: async (...args) => {
      const { exitCode, stdout, stderr, all } = await start(...args);
      return { exitCode, stdout, stderr, all };
    },
    kubectl: async (stack, ...args) => {
      const kubeconfig = join(directory, ".genai", "clusters", stack, "kubeconfig");
      return (await execa("kubectl", ["--kubeconfig", kubeconfig, ...args], { cwd: directory })).stdout;
    },
    edit: (file, from, to) => {
      const path = join(directory, file);
      const before = readFileSync(path, "utf8");
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} does not contain ${from}`);
      writeFileSync(path, after);
    },
    remove: async () => {
      await start("reset");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
