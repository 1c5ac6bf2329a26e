import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { programIn } from "./layer-python.ts";
import { ensureLayer } from "./layers.ts";
import { imageRow } from "./table.ts";

/** The file system of an image that is built here, on this machine's. */
export interface UnpackedImage {
  /** Its directory. */
  root: string;
  /** The command that runs a program of its `/usr/bin`. */
  command(program: string): [program: string, ...options: string[]];
  /** What its Python, if it has one, wants in the environment. */
  pythonEnvironment: Readonly<Record<string, string>>;
}

/** Unpacks an image into a directory, so that its programs run without a container. */
export async function unpackImage(reference: string, root: string): Promise<UnpackedImage> {
  mkdirSync(root, { recursive: true });
  for (const layer of imageRow(reference)?.recipe?.layers ?? []) {
    const { file } = await ensureLayer(layer);
    await execa("tar", ["--extract", "--no-same-owner", `--file=${file}`, `--directory=${root}`]);
  }
  return {
    root,
    command: (program) => programIn(root, program),
    pythonEnvironment: {
      PYTHONHOME: join(root, "usr"),
      PYTHONPATH: join(root, "usr", "local", "lib", "python-packages"),
    },
  };
}
