import type { Scraper } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";

/** A key of a Secret in the server's namespace. */
export interface SecretKeyReference {
  name: string;
  key: string;
}

/** Where a server's weights come from. */
export interface WeightsArgs {
  /** `hf://organisation/model@revision`, `s3://bucket/prefix`, `pvc://claim/path` or `oci://image:tag`. @default the model's own repository */
  source?: string;
  /** Git revision of the repository. @default the catalogue's, or `main` where it has none */
  revision?: string;
  /** Rate at which they arrive, in bytes per second; the startup budget follows from it. @default 100e6 */
  bandwidth?: number;
  /**
   * Download them once into a volume of the tenant, from which every replica reads without a network and without the token.
   * @default false
   */
  mirror?: boolean;
  /** Rate at which a volume is read, in bytes per second: with `mirror`, and of `pvc://` and `oci://`. @default 250e6 */
  volumeBandwidth?: number;
  /** Name of a Secret with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` for `s3://`; reaches the loader alone. @default none */
  credentials?: string;
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
  /** Raise it to restart the Pods; with a new `apiKey` they restart by themselves. @default 1 */
  apiKeyGeneration?: number;
  /**
   * GPUs that stay free, in the pool and the tenant's quota, when every server is at its largest; on a pool without GPUs 1 if the
   * quota has room for one more replica. Decides whether a rollout surges.
   */
  freeGpus: number;
  /** Who may read the server's metrics. @default nobody */
  scraper?: Scraper;
  /** StorageClass of volumes that Pods of several nodes read; mirrored weights need one. @default none */
  sharedStorageClass?: string;
  /** Whether the cluster runs the LeaderWorkerSet controller, which replicas over several nodes need. @default false */
  leaderWorkerSet?: boolean;
  /** Minor version of the cluster's Kubernetes, `1.36`. @default one that has everything */
  kubernetesVersion?: string;
  /** @default the cluster's default priority */
  priorityClassName?: string;
  /** RuntimeClass of Pods with a GPU: `nvidia` where the container runtime does not inject GPUs by itself. @default the cluster's default */
  runtimeClassName?: string;
}
