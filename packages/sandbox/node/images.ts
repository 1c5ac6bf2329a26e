import { createHash } from "node:crypto";
import { copyFileSync, createReadStream, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { cacheSubdirectory } from "../toolchain/cache.ts";
import { inside } from "./namespaces.ts";
import { insidePaths } from "./paths.ts";

/** A container image of one static program. */
export interface ProgramImage {
  /** The reference that Pods name. */
  reference: string;
  /** The program, which becomes the entry point. */
  program: string;
}

/**
 * Makes an image of one program and loads it into containerd under its reference, so that it is there without a registry.
 * @param pid The node's init process.
 * @param ctr containerd's client program.
 */
export async function loadImage(image: ProgramImage, pid: number, ctr: string): Promise<void> {
  const [enter, ...options] = inside(pid);
  const containerd = [ctr, "--address", insidePaths.containerdSocket, "--namespace", "k8s.io", "images"];
  const { stdout } = await execa(enter, [...options, ...containerd, "ls", "-q", `name==${image.reference}`]);
  if (stdout.trim() === image.reference) return;
  const archive = await imageArchive(image, cacheSubdirectory("images"));
  try {
    await execa(enter, [...options, ...containerd, "import", archive]);
  } finally {
    rmSync(archive, { force: true });
  }
}

/** The image as `docker save` writes one: a layer, a configuration and a list. */
async function imageArchive({ reference, program }: ProgramImage, directory: string): Promise<string> {
  const name = basename(program);
  const work = join(directory, `${name}-${statSync(program).size}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "layer"), { recursive: true });
  copyFileSync(program, join(work, "layer", name));
  const layer = join(work, "layer.tar");
  await tar(layer, join(work, "layer"), [name]);
  const digest = await sha256(layer);
  const configuration = {
    architecture: { x64: "amd64" }[process.arch as string] ?? process.arch,
    os: "linux",
    config: { Entrypoint: [`/${name}`] },
    rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
    history: [{ created_by: "genai sandbox" }],
  };
  writeFileSync(join(work, "config.json"), JSON.stringify(configuration));
  writeFileSync(
    join(work, "manifest.json"),
    JSON.stringify([{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }]),
  );
  const archive = `${work}.tar`;
  await tar(archive, work, ["manifest.json", "config.json", "layer.tar"]);
  rmSync(work, { recursive: true, force: true });
  return archive;
}

async function tar(archive: string, directory: string, names: readonly string[]): Promise<void> {
  await execa("tar", ["--owner=0", "--group=0", "--numeric-owner", "-cf", archive, "-C", directory, ...names]);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest("hex");
}
