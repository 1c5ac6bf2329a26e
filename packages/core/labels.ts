/** What identifies a workload: its name, the instance, and the part it plays. */
export interface WorkloadIdentity {
  /** The program: `vllm`, `nvidia-device-plugin`. Becomes `app.kubernetes.io/name`. */
  application: string;
  /** The instance of it: the model's or add-on's name. Becomes `app.kubernetes.io/instance`. */
  instance: string;
  /** Its role: `inference`, `device-plugin`. Becomes `app.kubernetes.io/component`. */
  component: string;
}

/** The labels that never change over an object's life, fit for an immutable selector: no version in them. */
export function selectorLabels(identity: Pick<WorkloadIdentity, "application" | "instance">): Record<string, string> {
  return {
    "app.kubernetes.io/name": identity.application,
    "app.kubernetes.io/instance": identity.instance,
  };
}

/** The label that says of everything the platform makes that it is `platformName`'s. */
export const partOfLabel = "app.kubernetes.io/part-of";

/** The value of `partOfLabel`. */
export const platformName = "genai";

/** The recommended Kubernetes labels (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/). */
export function recommendedLabels(identity: WorkloadIdentity): Record<string, string> {
  return {
    ...selectorLabels(identity),
    "app.kubernetes.io/component": identity.component,
    [partOfLabel]: platformName,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** The label that names the tenant a namespace and its objects belong to. */
export const tenantLabel = "genai.platform/tenant";

/** Metadata of an object of a tenant. */
export interface TenantObjectMetadata {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Makes the metadata of a workload's objects in its tenant's namespace, all with the same labels. */
export function tenantMetadata(
  { tenant, namespace }: { tenant: string; namespace: string },
  identity: WorkloadIdentity,
): (name: string, annotations?: Record<string, string>) => TenantObjectMetadata {
  const labels = { ...recommendedLabels(identity), [tenantLabel]: tenant };
  return (name, annotations) => ({ name, namespace, labels, ...(annotations && { annotations }) });
}

/** The node label that names the pool a node belongs to. On managed clusters it is set on the node group. */
export const poolLabel = "genai.platform/pool";

/**
 * The node label that, with the value `"false"`, keeps Prometheus from Pods of that node: for virtual nodes, which no network leads to,
 * such as virtual kubelets' and the embedded cluster's simulated ones.
 */
export const scrapeLabel = "genai.platform/scrape";
