import { execa } from "execa";
import { moduleDirectory } from "./cache.ts";

/**
 * Gets the files of a Go module, at the version that a module of the toolchain pins.
 * @param module Path of the Go module: `istio.io/api`.
 * @param pinnedBy Name of the toolchain's module that requires it.
 * @returns The folder with its files, which are read-only.
 */
export async function moduleFiles(module: string, pinnedBy: string): Promise<string> {
  const { stdout } = await execa("go", ["mod", "download", "-json", module], {
    cwd: moduleDirectory({ module: pinnedBy }),
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
