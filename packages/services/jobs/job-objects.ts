import type { Scraper } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { SecretKeyReference } from "../serving/server-args.ts";

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

/** An environment variable of a container. */
export type Variable =
  | { name: string; value: pulumi.Input<string> }
  | { name: string; valueFrom: { secretKeyRef: { name: pulumi.Input<string>; key: string } } };

/** Environment variables from values and from keys of Secrets. */
export function variables(
  entries: Readonly<Record<string, pulumi.Input<string> | SecretReference | undefined>>,
): Variable[] {
  return Object.entries(entries).flatMap(([name, entry]): Variable[] => {
    if (entry === undefined) return [];
    return [isSecretReference(entry) ? { name, valueFrom: { secretKeyRef: entry } } : { name, value: entry }];
  });
}

/** A key of a Secret whose name may be an output. */
export interface SecretReference extends Omit<SecretKeyReference, "name"> {
  name: pulumi.Input<string>;
}

function isSecretReference(entry: pulumi.Input<string> | SecretReference): entry is SecretReference {
  return typeof entry === "object" && "key" in entry && "name" in entry && !("apply" in entry);
}
