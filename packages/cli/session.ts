import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { type PlatformConfig, stackSecrets } from "@genai/platform";
import {
  type ImageReport,
  type ResolvedTool,
  type ToolName,
  insideNetwork,
  installPlugins,
  resolveToolchain,
  sandboxEnvironment,
} from "@genai/sandbox";
import { generatePassphrase, initSecrets } from "@genai/secrets";
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import { type EmbeddedCluster, provideStackImages, startEmbeddedCluster } from "./embedded-cluster.ts";
import { type Pulumi, pulumiRunner } from "./pulumi.ts";
import { recoverStack } from "./recover.ts";
import { loadStackConfig, writeDerivedStackFile } from "./stack-config.ts";
import { makePrivateDirectory, root, type StackPaths, stackPaths, stateDirectory } from "./workspace.ts";

/** A stack of this checkout on its embedded cluster, ready for engine operations. */
export interface Session extends EmbeddedCluster {
  stack: string;
  config: PlatformConfig;
  paths: StackPaths;
  pulumi: Pulumi;
  tools: Record<ToolName, ResolvedTool>;
  /** What became of the images that the stack deploys, where there is a real node and it is to be deployed. */
  images: ImageReport[];
  /** Whether the engine runs on the real provider plugins or on the sandbox's stand-ins. */
  realPlugins: boolean;
}

export interface SessionOptions {
  stack: string;
  signal: AbortSignal;
  /** Plain progress lines only. */
  quiet?: boolean;
  /** Use an empty record of its own, deleted first; the cluster is the stack's. */
  shadow?: boolean;
  /** Whether the real node is to have the stack's images. @default false */
  images?: boolean;
}

/** Gets a stack ready: configuration checked first, then the toolchain, the cluster, the plugins, and the secrets. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { stack, signal, quiet = false, shadow = false } = options;
  const config = loadStackConfig(stack);
  const paths = stackPaths(stack, shadow);
  if (shadow) rmSync(paths.engine, { recursive: true, force: true });
  makePrivateDirectory(paths.backend);
  const session = { stack, config, paths, images: [] as ImageReport[] } as Session;
  const tasks = new Listr(
    [
      {
        title: "Toolchain",
        task: async (_, task) => {
          session.tools = await resolveToolchain({ signal, onProgress: (message) => (task.output = message) });
        },
      },
      {
        title: `Embedded cluster ${paths.clusterName}`,
        task: async (_, task) => {
          const onProgress = (message: string) => (task.output = message);
          Object.assign(session, await startEmbeddedCluster({ ...session, signal, onProgress }));
        },
      },
      {
        title: "Provider plugins",
        task: async (_, task) => {
          const installed = await installPlugins({
            pulumiHome: join(stateDirectory, "home"),
            pulumi: session.tools.pulumi,
            signal,
            kubernetesVersion: packageVersion("@pulumi/kubernetes"),
            randomVersion: packageVersion("@pulumi/random"),
            onProgress: (message) => (task.title = `Provider plugins: ${message}`),
          });
          session.realPlugins = installed.real;
        },
      },
      {
        title: "Stack and secrets",
        task: async (_, task) => {
          session.pulumi = await sandboxPulumi(session.tools.pulumi.path, paths, session.cluster.kubeconfig);
          await makeStack(session);
          const created = await initSecrets({
            stack,
            configFile: paths.configFile,
            wanted: stackSecrets(config),
            run: (args, options) => session.pulumi.read(args, options),
          });
          if (created.length > 0) task.title = `Stack and secrets: generated ${created.join(", ")}`;
        },
      },
      {
        title: "Images of the real node",
        enabled: () => options.images === true,
        task: async (_, task) => {
          const onProgress = (message: string) => (task.output = message);
          session.images = await provideStackImages(session, { signal, onProgress });
        },
      },
      {
        title: "Recovery of an interrupted update",
        enabled: () => existsSync(paths.stateFile),
        task: async (_, task) => {
          const done = await recoverStack(session);
          task.title = done.length > 0 ? `Recovered: ${done.join("; ")}` : "No interrupted update";
        },
      },
    ],
    { ...(process.stderr.isTTY && !quiet ? { renderer: "default" } : { renderer: "simple" }), ...onStandardError() },
  );
  await tasks.run();
  return session;
}

/** The `pulumi` of the sandbox: its own backend and passphrase, whatever the user's shell says. */
export async function sandboxPulumi(pulumi: string, paths: StackPaths, kubeconfig: string): Promise<Pulumi> {
  const home = join(stateDirectory, "home");
  const { backend } = paths;
  const environment = sandboxEnvironment({ pulumi, home, kubeconfig, passphraseFile: passphraseFile(paths), backend });
  // The engine, the program and the plugins talk by loopback ports that ask nobody who they are.
  return pulumiRunner(pulumi, environment, await insideNetwork(paths.cluster));
}

/** Progress goes to stderr, whichever renderer shows it: stdout is for answers. */
function onStandardError() {
  const processOutput = new ProcessOutput(process.stderr);
  const logger = new ListrLogger({ useIcons: true, processOutput });
  return { rendererOptions: { logger }, fallbackRenderer: "simple", fallbackRendererOptions: { logger } } as const;
}

/** The checkout's own passphrase, made on first use; it protects nothing but the sandbox's throw-away secrets. */
function passphraseFile({ engine }: StackPaths): string {
  const file = join(engine, "passphrase");
  if (!existsSync(file)) writeFileSync(file, generatePassphrase(), { mode: 0o600, flag: "wx" });
  return file;
}

/** Makes the stack if it is new, and the stack file that the engine reads. */
async function makeStack(session: Session): Promise<void> {
  const { stack, paths, pulumi, ctr } = session;
  const sandbox = { realNode: ctr !== undefined, salt: saltOfState(paths) };
  session.config = writeDerivedStackFile(stack, paths.configFile, sandbox);
  if (existsSync(paths.stateFile)) return;
  // `stack init` knows no --config-file, so it runs beside the derived file, on a project file of the same name.
  writeFileSync(join(paths.engine, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
  await pulumi.read(["stack", "init", stack, "-C", paths.engine, "--non-interactive"]);
}

/** The salt that the stack's record is encrypted with: the derived file can be lost, the record then still tells. */
function saltOfState({ stateFile }: StackPaths): string | undefined {
  if (!existsSync(stateFile)) return undefined;
  const state = JSON.parse(readFileSync(stateFile, "utf8")) as {
    checkpoint?: { latest?: { secrets_providers?: { state?: { salt?: string } } } };
  };
  return state.checkpoint?.latest?.secrets_providers?.state?.salt;
}

function packageVersion(name: string): string {
  const require = createRequire(join(root, "stacks", "platform", "package.json"));
  return (require(`${name}/package.json`) as { version: string }).version;
}
