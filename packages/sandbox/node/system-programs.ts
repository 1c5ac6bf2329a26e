import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { withLock } from "../lock.ts";
import { cacheSubdirectory } from "../toolchain/cache.ts";

/** Programs that Linux distributions bring, with the Debian packages that hold them and their libraries. */
const packages = {
  runc: ["runc", "libseccomp2"],
  nft: ["nftables", "libnftables1", "libnftnl11", "libmnl0", "libxtables12", "libjansson4", "libedit2"],
} as const;

/** A program of the distribution. */
export type SystemProgram = keyof typeof packages;

/**
 * Finds a program on PATH, or gets it from Debian's packages into the cache, without installing anything.
 * @returns Its path, or undefined where it can be had in neither way.
 */
export async function systemProgram(name: SystemProgram): Promise<string | undefined> {
  const found = onPath(name, ["/usr/sbin", "/sbin"]);
  if (found) return found;
  const cache = cacheSubdirectory("debian");
  const home = join(cache, name);
  const program = join(home, name);
  if (existsSync(program)) return program;
  return withLock(join(cache, "lock"), {}, async () =>
    existsSync(program) || (await unpack(name, home)) ? program : undefined,
  );
}

/** Path of the first program of that name on PATH, or in a directory besides. */
export function onPath(name: string, besides: readonly string[] = []): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), ...besides];
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

async function unpack(name: SystemProgram, home: string): Promise<boolean> {
  const work = `${home}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const options = { cwd: work, reject: false, stdin: "ignore" } as const;
    if (!(await download(packages[name], work))) return false;
    for (const file of readdirSync(work).filter((entry) => entry.endsWith(".deb"))) {
      const { exitCode } = await execa("dpkg", ["-x", file, "root"], options);
      if (exitCode !== 0) return false;
    }
    // Debian's libraries beside the program, not the system's.
    const root = join(home, "root");
    const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"].flatMap((triple) => [
      join(root, "usr", "lib", triple),
      join(root, "lib", triple),
    ]);
    const real = `${root}/usr/sbin/${name}`;
    const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries.join(":")}' exec '${real}' "$@"\n`;
    writeFileSync(join(work, name), script);
    chmodSync(join(work, name), 0o755);
    rmSync(home, { recursive: true, force: true });
    renameSync(work, home);
    return existsSync(real);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Downloads packages into a directory; where the machine's own lists of packages are missing or old, by lists of the cache's. */
async function download(names: readonly string[], directory: string): Promise<boolean> {
  const apt = async (...args: string[]) =>
    (await execa("apt-get", args, { cwd: directory, reject: false, stdin: "ignore" })).exitCode === 0;
  if (await apt("download", ...names)) return true;
  const lists = join(cacheSubdirectory("debian"), "lists");
  mkdirSync(join(lists, "partial"), { recursive: true });
  const own = ["-o", `Dir::State::Lists=${lists}`, "-o", "APT::Sandbox::User=root"];
  return (await apt(...own, "update")) && (await apt(...own, "download", ...names));
}
