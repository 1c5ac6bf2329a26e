import type { Scraper } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";

/** A key of a Secret in the server's namespace. */
export interface SecretKeyReference {
  name: string;
  key: string;
}

/** Where a server's weights come from. */
export interface WeightsArgs {
  /** Git revision of the repository. @default the catalogue's, or `main` where it has none */
  revision?: string;
  /** Rate at which they arrive, in bytes per second; the startup budget follows from it. @default 100e6 */
  bandwidth?: number;
  /** Token for downloading gated models. @default none */
  token?: SecretKeyReference;
}

/** What every server takes, whatever it serves. */
export interface ServerArgs {
  /**
   * Where these arguments stand in the stack file; begins every error message.
   * @default `genai:models.<name>` or `genai:embeddings.<name>`
   */
  path?: string;
  /** Tenant that the server belongs to. */
  tenant: string;
  /** Namespace of that tenant. */
  namespace: string;
  /** @default the model's own repository, without a token */
  weights?: WeightsArgs;
  /** Key that clients must present; reaches the Secret and nothing else. */
  apiKey: pulumi.Input<string>;
  /** Raise it with a new `apiKey`: the Pods then restart and read it. @default 1 */
  apiKeyGeneration?: number;
  /**
   * GPUs that stay free, in the pool and the tenant's quota, when every server is at its largest; on a pool without GPUs 1 if the
   * quota has room for one more replica. Decides whether a rollout surges.
   */
  freeGpus: number;
  /** Who may read the server's metrics. @default nobody */
  scraper?: Scraper;
  /** @default the cluster's default priority */
  priorityClassName?: string;
  /** RuntimeClass of Pods with a GPU: `nvidia` where the container runtime does not inject GPUs by itself. @default the cluster's default */
  runtimeClassName?: string;
}
