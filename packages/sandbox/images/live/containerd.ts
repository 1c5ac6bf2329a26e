import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { systemProgram } from "../../node/system-programs.ts";
import { resolveNodeTools } from "../../toolchain/index.ts";
import type { ContainerdClient } from "../containerd.ts";

// What live tests of other packages need beside it.
export { ensureImages } from "../ensure.ts";
export { storedName } from "../reference.ts";

/** A containerd of the test's own, outside any cluster. */
export interface TestContainerd extends ContainerdClient {
  /** Runs a command in a container of an image, with a read-only root, and returns what it printed, however it ended. */
  run(reference: string, command: readonly string[], options?: readonly string[]): Promise<string>;
  /** Ends every container that still runs. */
  killAll(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a containerd that keeps everything in a directory. */
export async function startContainerd(directory: string): Promise<TestContainerd> {
  const [tools, runc] = [await resolveNodeTools(), await systemProgram("runc")];
  if (!runc) throw new Error("runc is not there and cannot be had from Debian's packages.");
  const bin = join(directory, "bin");
  mkdirSync(bin);
  for (const name of ["containerd", "containerd-shim-runc-v2"] as const) symlinkSync(tools[name].path, join(bin, name));
  const socket = join(directory, "containerd.sock");
  const configuration = join(directory, "config.toml");
  writeFileSync(
    configuration,
    `version = 3\nroot = "${directory}/root"\nstate = "${directory}/state"\n[grpc]\naddress = "${socket}"\n`,
  );
  const child = spawn(join(bin, "containerd"), ["--config", configuration, "--log-level", "error"], {
    stdio: "ignore",
    env: { PATH: [bin, process.env["PATH"]].join(delimiter) },
  });
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error("containerd ended at once; it needs root.");
    await delay(50);
  }
  // Of its own, so that tests that run at once do not remove each other's.
  const group = `genai-test-${process.pid}`;
  let count = 0;
  return {
    ctr: tools.ctr.path,
    socket,
    async run(reference, command, options = []) {
      const name = `test-${count++}`;
      const flags = ["--rm", "--read-only", "--runc-binary", runc, "--cgroup", `/${group}/${name}`, ...options];
      const args = ["--address", socket, "--namespace", "k8s.io", "run", ...flags, reference, name, ...command];
      const { all } = await execa(tools.ctr.path, args, { all: true, reject: false, stdin: "ignore" });
      return all;
    },
    async killAll() {
      const command = ["--address", socket, "--namespace", "k8s.io", "tasks"];
      const { stdout } = await execa(tools.ctr.path, [...command, "list", "--quiet"]);
      for (const task of stdout.split("\n").filter(Boolean))
        await execa(tools.ctr.path, [...command, "kill", "--signal", "SIGKILL", task], { reject: false });
      // Containers remove themselves once they have ended.
      while ((await execa(tools.ctr.path, [...command, "list", "--quiet"])).stdout !== "") await delay(50);
    },
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
      rmSync(directory, { recursive: true, force: true });
      removeParentGroups(group);
    },
  };
}

/** Removes the parents of the containers' cgroups, one in each hierarchy, which outlive them. */
function removeParentGroups(group: string): void {
  const root = "/sys/fs/cgroup";
  for (const hierarchy of [root, ...readdirSync(root).map((name) => join(root, name))]) {
    try {
      rmdirSync(join(hierarchy, group));
    } catch {
      // It has none.
    }
  }
}
