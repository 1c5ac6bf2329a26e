import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { cacheSubdirectory } from "./cache.ts";
import type { Release } from "./tools.ts";

/** How long a host may take to answer at all: a machine without a way there must not wait. */
const answerTimeoutMilliseconds = 3_000;
/** How long a whole download may take. */
const downloadTimeoutMilliseconds = 300_000;
/** How long a host that did not answer is left alone. */
const rememberMilliseconds = 60 * 60 * 1000;

/** Whether anything can be had from the host of `url`. A host that did not answer is not asked again for an hour. */
export async function answers(url: string, signal?: AbortSignal): Promise<boolean> {
  const { origin, host } = new URL(url);
  const memory = join(cacheSubdirectory("unreachable"), encodeURIComponent(host));
  if (existsSync(memory) && Date.now() - Number(readFileSync(memory, "utf8")) < rememberMilliseconds) return false;
  try {
    await fetch(origin, { method: "HEAD", redirect: "manual", signal: within(answerTimeoutMilliseconds, signal) });
    return true;
  } catch {
    signal?.throwIfAborted();
    writeFileSync(memory, String(Date.now()));
    return false;
  }
}

/**
 * Downloads a release into `directory`, checks it against its published checksum, and returns the path of the program.
 * @throws {Error} If the download fails or the checksum differs.
 */
export async function downloadRelease(release: Release, directory: string, signal?: AbortSignal): Promise<string> {
  const name = release.url.split("/").at(-1) ?? "download";
  const file = join(directory, name);
  const checksums = await (await get(release.checksumUrl, signal)).text();
  const response = await get(release.url, signal);
  if (!response.body) throw new Error(`${release.url} is empty`);
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file, { mode: 0o755 }));
  const [wanted, found] = [checksumIn(checksums, name), await sha256(file)];
  if (wanted !== found)
    throw new Error(`${release.url} has SHA-256 ${found}; ${release.checksumUrl} says ${wanted ?? "nothing of it"}`);
  if (!release.archivePath) return file;
  await execa("tar", ["-xzf", file, "-C", directory], { cancelSignal: signal });
  return join(directory, release.archivePath);
}

/** The checksum of `name` in a file of `sha256sum` lines, or the only one in a file of its own. */
export function checksumIn(text: string, name: string): string | undefined {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/));
  const line =
    lines.find(([, file]) => file === name) ?? (lines.length === 1 && lines[0]?.length === 1 ? lines[0] : undefined);
  return line?.[0]?.toLowerCase();
}

async function get(url: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal: within(downloadTimeoutMilliseconds, signal) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function within(milliseconds: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(milliseconds);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
