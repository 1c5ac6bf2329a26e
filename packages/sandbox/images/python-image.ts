import { baseLayer } from "./base.ts";
import { type DebianLayer, installers, shell } from "./debian-layers.ts";
import type { LayerEntry } from "./layer-tar.ts";
import type { ImageRecipe, ImageSettings, LayerRecipe } from "./recipe.ts";

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

const environment = [`PATH=${usualPath}`, `PYTHONPATH=${packageDirectory}`, "PYTHONUNBUFFERED=1", "LANG=C.UTF-8"];

/** What distinguishes the images of Python programs from each other. */
export interface PythonImage {
  /** The requirements file is named after it. */
  name: string;
  /** Free disk that installing its packages needs, in bytes. */
  diskBytes: number;
  /** Files of its own, with the directories that lead to them. */
  entries: readonly LayerEntry[];
  /** What containers start with; `Env` comes after what every Python program has. */
  settings: ImageSettings;
}

/** An image of packages of PyPI on Debian's Python. */
export function pythonImage({ name, diskBytes, entries, settings }: PythonImage): ImageRecipe {
  const packages: LayerRecipe = {
    kind: "python",
    name: `${name}-packages`,
    requirements: `${name}.txt`,
    path: packageDirectory,
    python: pythonLayer,
    diskBytes,
  };
  return {
    layers: [baseLayer, pythonLayer, packages, { kind: "files", name, entries }],
    settings: { ...settings, Env: [...environment, ...(settings.Env ?? [])] },
  };
}
