import { type DebianLayer, installers, shell } from "./debian-layers.ts";
import type { LayerRecipe } from "./recipe.ts";

/** Python, for everything that comes from PyPI. */
export const pythonLayer: DebianLayer = {
  kind: "debian",
  name: "python",
  packages: ["python3", "libstdc++6", ...shell],
  withoutPackages: [...installers, "openssl", "readline-common"],
  withoutPaths: ["/usr/lib/python3.13/test", "/usr/lib/python3.13/pydoc_data", "/usr/share/python3"],
  diskBytes: 400e6,
};

const packageDirectory = "/usr/local/lib/python-packages";

/** Where images with a shell look for programs. */
export const usualPath = "/usr/local/bin:/usr/bin:/bin";

/** What Python runs with in an image. */
export const pythonEnvironment = [
  `PATH=${usualPath}`,
  `PYTHONPATH=${packageDirectory}`,
  "PYTHONUNBUFFERED=1",
  "LANG=C.UTF-8",
];

/** Packages of a requirements file, on top of `pythonLayer`. @param diskBytes Free disk that building it needs. */
export function pythonPackages(name: string, requirements: string, diskBytes: number): LayerRecipe {
  return { kind: "python", name, requirements, path: packageDirectory, python: pythonLayer, diskBytes };
}
