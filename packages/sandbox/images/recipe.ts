import type { Tool } from "../toolchain/tools.ts";
import type { LayerEntry } from "./layer-tar.ts";

/** One layer of an image that is built here; layers that several images share are built and kept once. */
export type LayerRecipe =
  | {
      kind: "files";
      /** What it is, for the cache and for messages: lower case and dashes. */
      name: string;
      entries: readonly LayerEntry[];
    }
  | {
      kind: "programs";
      name: string;
      /** Static programs from the toolchain, by their path in the image. */
      programs: Readonly<Record<string, Tool<string>>>;
    }
  | {
      kind: "debian";
      name: string;
      /** Debian packages; what they depend on comes along. */
      packages: readonly string[];
      /** Packages that something depends on and that is not needed to run. A `*` at the end stands for anything. @default none */
      withoutPackages?: readonly string[];
      /** Paths that are left out, besides documentation and translations. @default none */
      withoutPaths?: readonly string[];
      /** Free disk that building it needs, in bytes. */
      diskBytes: number;
    }
  | {
      kind: "python";
      name: string;
      /** Requirements file of this folder's `requirements/`: exact versions with hashes, all that is installed. */
      requirements: string;
      /** Where the packages are put. */
      path: string;
      /** The Debian layer of the image, whose Python installs and compiles them. */
      python: Extract<LayerRecipe, { kind: "debian" }>;
      diskBytes: number;
    }
  | {
      kind: "npm";
      name: string;
      /** Folder of this workspace whose packages are installed, as the workspace's lock file pins them. */
      workspace: string;
      /** Where its `node_modules` are put. */
      path: string;
    };

/** What containers of an image start with, by its names in the OCI image specification. */
export interface ImageSettings {
  Entrypoint?: readonly string[];
  Cmd?: readonly string[];
  /** `user[:group]`, as numbers. @default root */
  User?: string;
  WorkingDir?: string;
  /** `NAME=value`. */
  Env?: readonly string[];
  StopSignal?: string;
}

/** How an image is built here. */
export interface ImageRecipe {
  /** From the bottom to the top. */
  layers: readonly LayerRecipe[];
  settings: ImageSettings;
}
