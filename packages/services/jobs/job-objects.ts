import type { Scraper } from "@genai/core";

/** Whose a queue, a pool of workers or a pipeline is. */
export interface JobPlace {
  /** Where the arguments stand in the stack file; begins every error message. */
  path: string;
  tenant: string;
  /** Namespace of that tenant. */
  namespace: string;
  /** StorageClass of its volumes. @default the cluster's */
  storageClass?: string;
  /** Who may read the metrics. @default nobody */
  scraper?: Scraper;
}
