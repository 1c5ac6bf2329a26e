import type { ImageRecipe } from "./recipe.ts";

/** What the Pods of an image are in the sandbox. */
export type Workload =
  /** They run the program that the image is for. */
  | "real"
  /** They run another program with the same interface. */
  | "stand-in"
  /** They run nothing: their nodes are simulated. */
  | "simulated";

/** What the sandbox knows of an image that the program may deploy. */
export interface ImageRow {
  /** Registry and path, without a tag; several where the same image is published at several. */
  repositories: readonly string[];
  /** What its Pods are where the image is not pulled. */
  workload: Workload;
  /** Whether the published image is pulled where its registry can be reached: it needs no GPU, and downloads nothing else. */
  pulled: boolean;
  /** How it is built here. @default not at all: simulated */
  recipe?: ImageRecipe;
  /** The version that it is built from, as the published image's tag would say it. @default none is built */
  version?: string;
  /** What it is built from, or why it is not. */
  from: string;
  /** In what it differs from the published image, as a sentence. */
  differs: string;
}
