import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { request } from "node:https";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { writeEgressConfig } from "../node/egress.ts";
import { writeWhole } from "./files.ts";
import { certificateFiles, certificatesFit } from "./kubeconfig.ts";
import { componentNames, kwokctlConfig, serverAddresses, simulatedUsageFile } from "./kwokctl-config.ts";
import { ClusterError, type ClusterOptions } from "./options.ts";
import { clusterPaths } from "./paths.ts";
import type { Ports } from "./ports.ts";
import { clusterProcesses } from "./processes.ts";

/** How long the components may take on a machine with much else to do. */
const startBudgetSeconds = 120;

/** A component ended by itself because something else listens on its port. */
export class PortTakenError extends Error {}

/**
 * Starts every component on `ports` and returns when the control plane serves. Whatever ran before must have ended. Data and
 * certificates are kept where there are some.
 *
 * @throws {PortTakenError} If somebody took one of the ports in the meantime.
 * @throws {ClusterError} If a component does not come up; with the end of its log.
 */
export async function startComponents(options: ClusterOptions, ports: Ports): Promise<void> {
  const paths = clusterPaths(options.directory, options.name);
  const stale = [paths.kwokctl, paths.kwokctlRecord, paths.pids, paths.bin, paths.logs];
  if (!certificatesFit(paths.pki, serverAddresses)) stale.push(paths.pki);
  for (const path of stale) await rm(path, { recursive: true, force: true });
  for (const directory of [paths.data, paths.kwokctlWork]) await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeWhole(paths.kwokctlConfig, kwokctlConfig(options, paths, ports));
  if (options.realNode) {
    await writeWhole(paths.simulatedUsage, simulatedUsageFile());
    writeEgressConfig(options.directory);
  }
  await symlink(options.tools.kwokctl.path, paths.kwokctl);

  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const tasks = [
    kwokctl(["create", "cluster", "--config", paths.kwokctlConfig, "--kubeconfig", ""], options, signal),
    serving(options, ports, signal),
  ];
  try {
    await Promise.all(tasks);
  } finally {
    // Where one failed, the other must have ended before anybody cleans up: kwokctl would start another component.
    stop.abort();
    await Promise.allSettled(tasks);
  }
  for (const file of certificateFiles) await chmod(join(paths.pki, file), 0o600);
}

async function kwokctl(args: string[], options: ClusterOptions, signal: AbortSignal): Promise<void> {
  const { tools, name, directory } = options;
  const paths = clusterPaths(directory, name);
  // Its settings can also come from KWOK_… variables: only ours count.
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("KWOK_") && key !== "KUBECONFIG");
  const result = await execa(paths.kwokctl, [...args, "--name", name], {
    env: {
      ...Object.fromEntries(inherited),
      // Both it and the kubectl that it waits with, the first on PATH, keep their files in HOME: not in the user's.
      HOME: directory,
      PATH: [dirname(tools.kubectl.path), process.env["PATH"]].join(delimiter),
    },
    extendEnv: false,
    cancelSignal: signal,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  signal.throwIfAborted();
  if (result.failed) throw new ClusterError(`The cluster "${name}" could not be set up.\n${readableLog(result.all)}`);
}

/** kwokctl logs JSON where there is no terminal: the last messages, one a line. */
function readableLog(output: string): string {
  const lines = output.trim().split("\n").slice(-10);
  return lines
    .map((line) => {
      try {
        const { msg, err } = JSON.parse(line) as { msg: string; err?: string };
        return err ? `${msg}: ${err}` : msg;
      } catch {
        return line;
      }
    })
    .join("\n");
}

/** Waits until every component runs and the control plane answers; starts again what gave up waiting for the API server. */
async function serving(options: ClusterOptions, ports: Ports, signal: AbortSignal): Promise<void> {
  const { pids } = clusterPaths(options.directory, options.name);
  const components = componentNames(options);
  let restarts = 0;
  const deadline = Date.now() + startBudgetSeconds * 1000;
  for (;;) {
    await delay(100, undefined, { signal });
    // The pid files are of this start; first they, then the processes, so that what has a file had been started.
    const started = components.filter((component) => existsSync(join(pids, `${component}.pid`)));
    const running = new Set((await clusterProcesses(options.directory)).map(({ program }) => program));
    const ended = started.find((component) => !running.has(component));
    if (ended) {
      if (/address already in use/i.test(await endOfLog(options, ended))) throw new PortTakenError(ended);
      // On a slow machine the controllers give up before the API server serves; nothing else supervises them.
      if (ended === "etcd" || ended === "kube-apiserver" || ++restarts > 5) {
        throw await notUp(options, ended, "ended by itself");
      }
      await rm(join(pids, `${ended}.pid`), { force: true });
      await kwokctl(["start", "cluster"], options, signal);
    }
    const missing = components.find((component) => !running.has(component));
    if (!missing && (await controlPlaneAnswers(ports))) return;
    if (Date.now() > deadline)
      throw await notUp(options, missing ?? "kube-apiserver", `is not up after ${startBudgetSeconds} s`);
  }
}

async function notUp(options: ClusterOptions, component: string, what: string): Promise<ClusterError> {
  const log = await endOfLog(options, component);
  const advice = log.includes("no space left on device")
    ? "The disk is full: free some space and run the same command again; nothing is lost."
    : "Run the same command again; if it fails the same way, `npm run reset` forgets the cluster and what is deployed in it.";
  return new ClusterError(
    `${component} of the cluster "${options.name}" ${what}. ` +
      `The end of its log (${logFile(options, component)}):\n${log}\n${advice}`,
  );
}

function logFile({ directory, name }: ClusterOptions, component: string): string {
  return join(clusterPaths(directory, name).logs, `${component}.log`);
}

/** What a log says of the end: its last lines that speak of an error (a Go program's are followed by its stack), or the last. */
async function endOfLog(options: ClusterOptions, component: string): Promise<string> {
  const log = await readFile(logFile(options, component), "utf8").catch(() => "(there is none)");
  const lines = log.trimEnd().split("\n");
  const telling = lines.filter((line) => /\b(?:panic|fatal|error|failed|cannot|address already in use)\b/i.test(line));
  return (telling.length > 0 ? telling : lines)
    .slice(-3)
    .map((line) => line.slice(0, 400))
    .join("\n");
}

/** Whether API server, controller manager and scheduler say that they are ready. */
export async function controlPlaneAnswers(ports: Ports): Promise<boolean> {
  const answers = await Promise.all([
    answers200(ports.apiserver, "/readyz"),
    answers200(ports.controllerManager, "/healthz"),
    answers200(ports.scheduler, "/healthz"),
  ]);
  return answers.every(Boolean);
}

/** Asks without verifying who answers, for two of them sign their own certificates; nothing is sent and only the status counts. */
function answers200(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path, rejectUnauthorized: false, agent: false, timeout: 3000 });
    asked.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
