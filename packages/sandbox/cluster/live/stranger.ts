import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { ClusterOptions } from "../options.ts";
import { clusterPaths } from "../paths.ts";
import { clusterProcesses } from "../processes.ts";
import { readRecord } from "../record.ts";
import { listeners } from "./fixtures.ts";

/** What a program said that was run as somebody. */
export interface Said {
  exitCode: number | undefined;
  stdout: string;
}

/** User and group `nobody` of Debian and Fedora. */
const nobody = { uid: 65_534, gid: 65_534 };

/** Whether this process may become somebody else. */
export const canBeStranger = process.platform === "linux" && process.getuid?.() === 0;

/** Runs a program as another user of the machine. */
export async function asStranger(program: string, ...args: string[]): Promise<Said> {
  return run(program, args, nobody);
}

/** Runs a program as the owner of the cluster. */
export async function asOwner(program: string, ...args: string[]): Promise<Said> {
  return run(program, args, {});
}

async function run(program: string, args: string[], user: Partial<typeof nobody>): Promise<Said> {
  const options = { ...user, cwd: "/", env: { PATH: "/usr/bin:/bin" }, extendEnv: false, reject: false } as const;
  const { exitCode, stdout } = await execa(program, args, { ...options, stdin: "ignore", timeout: 10_000 });
  return { exitCode, stdout };
}

/** Status of an answer to `curl`, 0 for none. */
export async function statusFor(as: typeof asStranger, ...args: string[]): Promise<number> {
  const options = ["--silent", "--insecure", "--max-time", "3", "--output", "/dev/null", "--write-out", "%{http_code}"];
  return Number((await as("curl", ...options, ...args)).stdout);
}

/** curl's arguments that read or write a key of etcd, on either of its ports. */
export async function etcdRequests(
  { directory }: ClusterOptions,
  key: string,
): Promise<{ read: string[]; write: string[] }[]> {
  const { etcd = 0, etcdPeer = 0 } = (await readRecord(directory))?.ports ?? {};
  const encoded = Buffer.from(key).toString("base64");
  return [etcd, etcdPeer]
    .flatMap((port) => [`https://127.0.0.1:${port}`, `http://127.0.0.1:${port}`])
    .map((server) => ({
      read: ["--data", JSON.stringify({ key: encoded }), `${server}/v3/kv/range`],
      write: ["--data", JSON.stringify({ key: encoded, value: "" }), `${server}/v3/kv/put`],
    }));
}

/** The owner's certificate as curl's arguments. */
export function certificateOf({ directory, name }: ClusterOptions): string[] {
  const { pki } = clusterPaths(directory, name);
  return ["--cacert", join(pki, "ca.crt"), "--cert", join(pki, "admin.crt"), "--key", join(pki, "admin.key")];
}

const telling = [
  "/",
  "/metrics",
  "/configz",
  "/debug/pprof/",
  "/api",
  "/api/v1/secrets",
  "/members",
  "/logs/",
  "/discovery/prometheus",
];

/** What the ports of the cluster's programs answer to a stranger with 200, as `program: scheme path`. */
export async function openToStrangers(directory: string): Promise<string[]> {
  const ports = (await listeners(directory)).map(({ program, port }) => ({ program, port }));
  const asked = ports.flatMap(({ program, port }) =>
    ["http", "https"].flatMap((scheme) => telling.map((path) => ({ program, scheme, path, port }))),
  );
  const answers = await Promise.all(
    asked.map(async ({ program, scheme, path, port }) => {
      const status = await statusFor(asStranger, `${scheme}://127.0.0.1:${port}${path}`);
      return status === 200 ? [`${program}: ${scheme} ${path}`] : [];
    }),
  );
  return answers.flat();
}

/** Command lines of the cluster's processes, which everybody reads, and whether a stranger reads the environment of one. */
export async function processesSeen(directory: string): Promise<{ commands: string; environments: number }> {
  const processes = await clusterProcesses(directory);
  const commands = await Promise.all(
    processes.map(({ pid }) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  const read = await Promise.all(processes.map(({ pid }) => asStranger("cat", `/proc/${pid}/environ`)));
  return { commands: commands.join("\n"), environments: read.filter(({ exitCode }) => exitCode === 0).length };
}
