import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/** A server that a test started. */
export interface TestServer {
  /** Address of a path of it. */
  url(path: string): string;
  /** Sends the stop signal and says how it ended. */
  stop(): Promise<number | null>;
}

/**
 * Starts a server and waits until it is healthy.
 * @throws {Error} With what it said, if it ends before.
 */
export async function startServer(
  [program, ...args]: readonly [string, ...string[]],
  port: number,
  environment: Record<string, string>,
): Promise<TestServer> {
  const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (said += String(part)));
  const url = (path: string) => `http://127.0.0.1:${port}${path}`;
  while (!(await healthy(url("/health")))) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    await delay(50);
  }
  return { url, stop: () => stop(child) };
}

async function healthy(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  return child.exitCode;
}
