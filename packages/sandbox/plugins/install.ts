import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";

export interface PluginOptions {
  /** PULUMI_HOME of the checkout. */
  pulumiHome: string;
  /** Path of the `pulumi` binary. */
  pulumi: { path: string; version: string };
  kubernetesVersion: string;
  randomVersion: string;
  onProgress?(message: string): void;
  signal?: AbortSignal;
}

/** Which plugins the engine runs on. */
export interface InstalledPlugins {
  /** Whether all of them are the real ones. */
  real: boolean;
}

interface Plugin {
  kind: "resource" | "language";
  name: string;
  version: string;
  /** The stand-in's program, beside this file. */
  standIn: string;
}

/** How long a download may take to begin before the stand-ins are used. */
const probeSeconds = 5;

/** How long a failed download is believed: the machine may be on the network tomorrow. */
const rememberMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Puts the provider plugins and the Node language host into PULUMI_HOME: the real ones where they can be downloaded, else the
 * sandbox's stand-ins. What is there already is kept.
 */
export async function installPlugins(options: PluginOptions): Promise<InstalledPlugins> {
  const plugins: Plugin[] = [
    { kind: "language", name: "nodejs", version: options.pulumi.version, standIn: "language-host" },
    { kind: "resource", name: "kubernetes", version: options.kubernetesVersion, standIn: "kubernetes" },
    { kind: "resource", name: "random", version: options.randomVersion, standIn: "random" },
  ];
  let online = await canDownload(options);
  let real = true;
  for (const plugin of plugins) {
    const directory = join(options.pulumiHome, "plugins", `${plugin.kind}-${plugin.name}-v${plugin.version}`);
    const isThere = existsSync(directory) && !existsSync(join(directory, standInMark));
    if (isThere || comesWithCli(plugin, options) || (online && (await download(plugin, options)))) continue;
    online = false;
    real = false;
    writeStandIn(plugin, directory);
  }
  options.onProgress?.(
    real ? "the real ones" : "stand-ins, because the real ones cannot be downloaded; for this cluster only",
  );
  return { real };
}

const standInMark = "STAND-IN";

/** A script that runs the stand-in on the checkout's own Node. */
function writeStandIn({ kind, name, standIn }: Plugin, directory: string): void {
  const main = join(import.meta.dirname, standIn, "main.ts");
  const script = `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`;
  const file = join(directory, `pulumi-${kind}-${name}`);
  if (existsSync(file) && readFileSync(file, "utf8") === script) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, standInMark),
    "Written by packages/sandbox/plugins/install.ts; works on the embedded cluster only.\n",
  );
  writeFileSync(`${file}.partial`, script);
  chmodSync(`${file}.partial`, 0o755);
  renameSync(`${file}.partial`, file);
}

/** A release of the CLI carries its language host beside it; one that was built from Go modules does not. */
function comesWithCli({ kind, name }: Plugin, { pulumi }: PluginOptions): boolean {
  return kind === "language" && existsSync(join(dirname(realpathSync(pulumi.path)), `pulumi-language-${name}`));
}

async function download(
  { kind, name, version }: Plugin,
  { pulumi, pulumiHome, signal }: PluginOptions,
): Promise<boolean> {
  if (kind === "language") return false;
  const { exitCode } = await execa(pulumi.path, ["plugin", "install", kind, name, version], {
    env: { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
    reject: false,
    stdin: "ignore",
    timeout: 300_000,
    cancelSignal: signal,
  });
  return exitCode === 0;
}

/** Whether the host that plugins come from answers; a refusal is remembered for a while. */
async function canDownload({ pulumiHome, signal }: PluginOptions): Promise<boolean> {
  const memory = join(pulumiHome, "offline");
  if (existsSync(memory) && Date.now() - Number(readFileSync(memory, "utf8")) < rememberMilliseconds) return false;
  const timeout = AbortSignal.timeout(probeSeconds * 1000);
  const answered = await fetch("https://get.pulumi.com/", {
    method: "HEAD",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).then(
    () => true,
    () => false,
  );
  signal?.throwIfAborted();
  mkdirSync(pulumiHome, { recursive: true, mode: 0o700 });
  if (!answered) writeFileSync(memory, String(Date.now()));
  return answered;
}
