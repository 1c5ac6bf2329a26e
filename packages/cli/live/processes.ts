import { execFileSync } from "node:child_process";

/** A process of this machine. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Every process, as `ps` lists them. */
export function processes(): Process[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid = "", parent = "", ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
  });
}
