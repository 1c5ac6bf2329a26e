import { images } from "@genai/catalog";
import {
  endpointEgress,
  internetEgress,
  type NetworkEdges,
  restrictedContainerSecurityContext,
  tenantsOwnPods,
  variablesOf,
} from "@genai/core";
import type { StoreSettings } from "./args.ts";
import { storeJobResources } from "./resources.ts";

/** Keys of the Secret with which a bucket is written and read. */
const bucketCredentials = { accessKey: "access-key-id", secretKey: "secret-access-key" } as const;

/** Scripts that carry copies to a bucket and back; any Job's scripts may have them beside its own. */
export const bucketScripts = ["upload.sh", "download.sh"] as const;

/** Where the copies of a store are in its bucket. */
function bucketPath(name: string, { bucket, prefix }: { bucket: string; prefix?: string }): string {
  return [bucket, prefix, name].filter(Boolean).join("/");
}

/**
 * The container that sends the newest copy to the store's bucket, or fetches it; none where copies stay in the cluster. It alone has the
 * bucket's credentials.
 * @param copies Volume with copies, and the directory in it that they are in.
 */
export function bucketContainers(
  name: string,
  { snapshots }: StoreSettings,
  action: "upload" | "download",
  copies: { volume: string; mountPath: string; directory: string },
): object[] {
  if (!snapshots.copies) return [];
  const { region, endpoint, credentials } = snapshots.copies;
  const secret = (key: string) => ({ name: credentials.secretName, key });
  const environment = {
    COPIES: copies.directory,
    TARGET: `bucket:${bucketPath(name, snapshots.copies)}`,
    KEEP: String(snapshots.keep),
    // No file, and no directory of a user that the container does not have.
    RCLONE_CONFIG: "/notfound",
    RCLONE_CACHE_DIR: "/tmp",
    RCLONE_CONFIG_BUCKET_TYPE: "s3",
    RCLONE_CONFIG_BUCKET_PROVIDER: endpoint ? "Other" : "AWS",
    RCLONE_CONFIG_BUCKET_REGION: region,
    ...(endpoint && { RCLONE_CONFIG_BUCKET_ENDPOINT: endpoint }),
    // The bucket is there: to look for it, or make it, would take rights that nothing else needs.
    RCLONE_CONFIG_BUCKET_NO_CHECK_BUCKET: "true",
    RCLONE_CONFIG_BUCKET_ACCESS_KEY_ID: secret(bucketCredentials.accessKey),
    RCLONE_CONFIG_BUCKET_SECRET_ACCESS_KEY: secret(bucketCredentials.secretKey),
  };
  return [
    {
      name: action,
      image: images.rclone,
      command: ["sh", `/scripts/${action}.sh`],
      env: variablesOf(environment),
      resources: storeJobResources,
      securityContext: restrictedContainerSecurityContext,
      volumeMounts: [
        { name: "scripts", mountPath: "/scripts", readOnly: true },
        { name: copies.volume, mountPath: copies.mountPath, ...(action === "upload" && { readOnly: true }) },
      ],
    },
  ];
}

/** The egress of a Job that carries copies to the store's bucket or from it; none where copies stay in the cluster. */
export function bucketEgress({ snapshots: { copies } }: StoreSettings): NonNullable<NetworkEdges["egress"]> {
  if (!copies) return [];
  // The tenant may run the service itself; not every network takes its Pods for addresses.
  return copies.endpoint ? [{ to: [tenantsOwnPods] }, endpointEgress(new URL(copies.endpoint))] : [internetEgress];
}
