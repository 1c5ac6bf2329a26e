import { parseReference } from "./reference.ts";
import type { ImageRow } from "./row.ts";
import { dataRows } from "./rows-data.ts";
import { edgeRows } from "./rows-edge.ts";
import { jobRows } from "./rows-jobs.ts";
import { monitoringRows } from "./rows-monitoring.ts";
import { servingRows } from "./rows-serving.ts";

/** Every image that the program may deploy, and what it is in the sandbox. The one place that decides it. */
export const imageTable: readonly ImageRow[] = [
  ...servingRows(),
  ...edgeRows(),
  ...monitoringRows(),
  ...dataRows(),
  ...jobRows(),
];

const byRepository = new Map(imageTable.flatMap((row) => row.repositories.map((repository) => [repository, row])));

/** The row of an image, whatever its tag or digest; undefined for one that the table does not know. */
export function imageRow(reference: string): ImageRow | undefined {
  return byRepository.get(parseReference(reference).repository);
}

/** In what the image built here differs from the one that is deployed, its version included where that is another. */
export function difference({ version, differs }: ImageRow, reference: string): string {
  const { tag = "" } = parseReference(reference);
  // A version counts where it stands alone: `17` is in `0.8.0-pg17`, and not in `1.17` or `175`.
  const same =
    !version || tag === "latest" || new RegExp(`(?<![\\d.])${version.replaceAll(".", "\\.")}(?!\\d)`).test(tag);
  return same ? differs : `${differs} It is version ${version}, where ${tag} is deployed.`;
}
