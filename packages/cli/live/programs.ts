import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A program that a test started. */
export interface Program {
  /** The end of what it printed. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a program whose output goes to a file. */
export function startProgram(path: string, args: readonly string[], logFile: string): Program {
  const output = openSync(logFile, "w");
  const running = spawn(path, [...args], { stdio: ["ignore", output, output] });
  const ended = new Promise<void>((resolve) => running.once("close", () => resolve()));
  return {
    log: () => readFileSync(logFile, "utf8").slice(-3000),
    stop: async () => {
      running.kill();
      await ended;
    },
  };
}

/** Asks again and again until `look` gives something. @throws With the last error, or what `explain` says, when time is up. */
export async function eventually<Found>(
  look: () => Promise<Found | undefined>,
  { seconds, explain }: { seconds: number; explain: () => string },
): Promise<Found> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    let problem = "";
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      problem = String(error);
    }
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s. ${problem}\n${explain()}`);
    await delay(500);
  }
}

/** Answers on a free port of the loopback interface. */
export async function listen(
  answer: (path: string, body: string) => string,
): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end(answer(request.url ?? "", body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(() => "")));
  await Promise.all(servers.map((server) => server.close()));
  return servers.map(({ port }) => port);
}

/** Reads JSON or text from the loopback interface. @throws If the answer is an error. */
export async function read(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 300)}`);
  return text;
}
