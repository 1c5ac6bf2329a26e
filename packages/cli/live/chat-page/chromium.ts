import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheSubdirectory, withLock } from "@genai/sandbox";
import { execa } from "execa";

/** Names under which distributions bring Chromium. */
const names = ["chromium", "chromium-browser", "google-chrome"];

/** What of Chromium's dependencies it runs on: libraries and fonts. The C library is this machine's. */
const wanted = /^(lib|chromium|font|xkb-data|shared-mime-info)/;
const unwanted = /^(libc6|libgcc-s1|libllvm|libz3|libgl1-mesa-dri|libperl|libpam|libicu-dev)/;

/**
 * Finds Chromium on PATH, or unpacks this Debian release's into the cache, without installing anything.
 * @throws {Error} Where it can be had in neither way.
 */
export async function findChromium(): Promise<string> {
  const directories = (process.env["PATH"] ?? "").split(delimiter);
  const found = names.flatMap((name) => directories.map((directory) => join(directory, name))).find(existsSync);
  if (found) return found;
  const home = join(cacheSubdirectory("debian"), "chromium");
  const program = join(home, "chromium");
  return withLock(`${home}.lock`, {}, async () => {
    if (!existsSync(program)) await unpackChromium(home);
    return program;
  });
}

async function unpackChromium(home: string): Promise<void> {
  const work = `${home}.partial`;
  rmSync(work, { recursive: true, force: true });
  for (const directory of ["state/lists/partial", "cache/archives/partial", "archives"])
    mkdirSync(join(work, directory), { recursive: true });
  // apt believes that nothing is installed, so what it names does not depend on the machine.
  writeFileSync(join(work, "status"), "");
  const settings = {
    "Dir::State": join(work, "state"),
    "Dir::State::status": join(work, "status"),
    "Dir::Cache": join(work, "cache"),
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const apt = async (...args: string[]) => {
    const options = { cwd: join(work, "archives"), stdin: "ignore", env: { LC_ALL: "C" } } as const;
    return (await execa("apt-get", [...flags, "--yes", ...args], options)).stdout;
  };
  try {
    await apt("update");
    const planned = [...(await apt("install", "--simulate", "chromium")).matchAll(/^Inst (\S+)/gm)];
    const packages = planned.map(([, name = ""]) => name).filter((name) => wanted.test(name) && !unwanted.test(name));
    await apt("download", ...packages);
    for (const file of readdirSync(join(work, "archives")))
      await execa("dpkg-deb", ["--extract", join(work, "archives", file), join(work, "root")], { stdin: "ignore" });
  } catch (error) {
    throw new Error("The browser test needs Chromium: put chromium on PATH, or run it on Debian with a mirror.", {
      cause: error,
    });
  }
  for (const directory of ["state", "cache", "archives", "status"])
    rmSync(join(work, directory), { recursive: true, force: true });
  writeFileSync(join(work, "fonts.conf"), fontConfiguration(join(home, "root", "usr", "share", "fonts")));
  writeFileSync(join(work, "chromium"), startScript(home));
  chmodSync(join(work, "chromium"), 0o755);
  rmSync(home, { recursive: true, force: true });
  renameSync(work, home);
}

/** Debian's libraries beside Chromium, not the system's; its own script would look for both where they are installed. */
function startScript(home: string): string {
  const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"].flatMap((triple) =>
    ["usr/lib", "lib"].flatMap((directory) => [
      join(home, "root", directory, triple),
      join(home, "root", directory, triple, "nss"),
    ]),
  );
  return [
    "#!/bin/sh",
    `export LD_LIBRARY_PATH='${libraries.join(":")}' FONTCONFIG_FILE='${join(home, "fonts.conf")}'`,
    `exec '${join(home, "root", "usr", "lib", "chromium", "chromium")}' "$@"`,
    "",
  ].join("\n");
}

function fontConfiguration(directory: string): string {
  return `<?xml version="1.0"?>\n<fontconfig><dir>${directory}</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n`;
}
