import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { ClusterError } from "./options.ts";

/** A running program of a cluster. */
export interface ClusterProcess {
  /** `etcd`, `kube-apiserver`, …, or `kwokctl`, which starts them. */
  program: string;
  pid: number;
}

/**
 * The processes of the cluster in `directory`: those whose program is one of the links in it. Pid files are not trusted: after a
 * reboot their numbers belong to somebody else, and a start killed at the wrong moment leaves a process without one.
 */
export async function clusterProcesses(directory: string): Promise<ClusterProcess[]> {
  return (await commands()).flatMap(({ pid, command }) => {
    const program = programOf(command, directory);
    return program ? [{ program, pid }] : [];
  });
}

/** Which program of the cluster in `directory` this command line runs; its parts are separated by NUL (Linux) or spaces. */
export function programOf(command: string, directory: string): string | undefined {
  if (!command.startsWith(directory + sep)) return undefined;
  const pattern = /^(?:\.?kwok\/clusters\/[^/\0]+\/bin\/)?([\w-]+)(?=[\0 ]|$)[\0 ]?([^\0 ]*)/;
  const [, program, argument] = pattern.exec(command.slice(directory.length + 1)) ?? [];
  // kwokctl also runs each program once with --version.
  return argument === "--version" ? undefined : program;
}

interface Command {
  pid: number;
  command: string;
}

async function commands(): Promise<Command[]> {
  if (process.platform !== "linux") return commandsFromPs();
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  return Promise.all(
    pids.map(async (pid) => {
      // A process may end while we look: that is no error, it is simply not there. A zombie's command line is empty.
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return { pid: Number(pid), command };
    }),
  );
}

async function commandsFromPs(): Promise<Command[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,args="], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return command ? [{ pid: Number(pid), command }] : [];
  });
}

/** How long a program may take to end when asked, in milliseconds, before it is killed. */
const patience = 2000;
/** How long until a killed program must be gone. */
const givingUp = 10_000;

/**
 * Ends every process of the cluster in `directory` and returns when they are gone: first kwokctl, which would start more, last
 * etcd, so that what the API server still writes arrives.
 *
 * @throws {ClusterError} If one does not even end when killed.
 */
export async function endProcesses(directory: string): Promise<void> {
  await end(directory, ({ program }) => program === "kwokctl");
  await end(directory, ({ program }) => program !== "etcd");
  await end(directory, () => true);
}

async function end(directory: string, which: (found: ClusterProcess) => boolean): Promise<void> {
  const asked = new Set<number>();
  for (let waited = 0; ; waited += 50) {
    const remaining = (await clusterProcesses(directory)).filter(which);
    if (remaining.length === 0) return;
    for (const { pid } of remaining) {
      if (waited >= patience) signal(pid, "SIGKILL");
      else if (!asked.has(pid)) signal(pid, "SIGTERM");
      asked.add(pid);
    }
    if (waited >= givingUp) {
      const left = remaining.map(({ program, pid }) => `${program} (process ${pid})`).join(", ");
      throw new ClusterError(`Processes of the cluster in ${directory} do not end: ${left}.`);
    }
    await delay(50);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
