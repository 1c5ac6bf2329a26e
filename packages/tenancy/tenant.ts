import {
  type ComponentOptions,
  type ObjectOf,
  ObjectsComponent,
  priorityClassNames,
  recommendedLabels,
  restrictedNamespaceLabels,
  tenantLabel,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { accessObjects, type AccessObjects, type Subject } from "./access.ts";
import { tenantNamespace } from "./names.ts";
import { networkObjects, type NetworkObjects } from "./network.ts";

/** What batch work that waits in queues may come to, borrowed parts included. */
export interface BatchQuota {
  /** The PriorityClasses by which its Pods are known. */
  priorityClasses: readonly string[];
  gpus: number;
  /** As a quantity. */
  cpu: string;
  /** As a quantity. */
  memory: string;
}

/** What a tenant may use and who belongs to it. */
export interface TenantArgs {
  /** Most GPUs that its Pods may request together. */
  gpus: number;
  /** Most CPUs that its Pods may request together, as a quantity: `"32"`. */
  cpu: string;
  /** Most memory that its Pods may request, and be limited to, together: `128Gi`. */
  memory: string;
  /** Most Pods at a time. */
  pods: number;
  /**
   * A quota of its own for batch work, which then borrows beyond the tenant's without keeping its services from growing: a quota refuses
   * Pods whatever their priority.
   * @default batch work counts as all else
   */
  batch?: BatchQuota;
  /** Run workloads of their own in the tenant's namespace, within its borders. */
  owners: readonly Subject[];
  /**
   * See the tenant's workloads and their logs.
   * @default none
   */
  developers?: readonly Subject[];
}

/** The objects of a tenant. */
export type TenantObjects = AccessObjects &
  NetworkObjects & {
    namespace: ObjectOf<"Namespace">;
    quota: ObjectOf<"ResourceQuota">;
    batchQuota: ObjectOf<"ResourceQuota"> | undefined;
    exposureQuota: ObjectOf<"ResourceQuota"> | undefined;
    systemPriorityQuota: ObjectOf<"ResourceQuota">;
    systemGpuQuota: ObjectOf<"ResourceQuota">;
    limits: ObjectOf<"LimitRange">;
  };

/** A tenant's objects as plain data. */
export function tenantObjects(name: string, args: TenantArgs): TenantObjects {
  const namespace = tenantNamespace(name);
  const labels = {
    ...recommendedLabels({ application: "tenant", instance: name, component: "tenancy" }),
    [tenantLabel]: name,
  };
  const { batch } = args;
  const metadata = (objectName: string) => ({ name: objectName, namespace, labels });
  const quota = (objectName: string, spec: ObjectOf<"ResourceQuota">["spec"]): ObjectOf<"ResourceQuota"> => ({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: metadata(objectName),
    spec,
  });
  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...labels, ...restrictedNamespaceLabels } },
    },
    quota: quota("tenant-quota", {
      hard: batch ? podsHard(args) : { ...podsHard(args), ...noExposure },
      ...(batch && priorityScope("NotIn", batch.priorityClasses)),
    }),
    batchQuota: batch
      ? quota("tenant-batch-quota", {
          hard: podsHard({ ...batch, pods: args.pods }),
          ...priorityScope("In", batch.priorityClasses),
        })
      : undefined,
    // A quota of Pods of some priorities counts nothing but Pods.
    exposureQuota: batch ? quota("tenant-no-exposure", { hard: noExposure }) : undefined,
    // A tenant's Pod of system priority would evict other tenants'.
    systemPriorityQuota: quota("tenant-no-system-priority", {
      hard: { pods: "0" },
      ...priorityScope("In", ["system-cluster-critical", "system-node-critical"]),
    }),
    // Queues and stores need that priority and never a GPU: a Pod with one would evict other tenants' services from their nodes.
    systemGpuQuota: quota("tenant-no-gpus-at-system-priority", {
      hard: { "requests.nvidia.com/gpu": "0" },
      ...priorityScope("In", [priorityClassNames.system]),
    }),
    limits: {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: metadata("tenant-limits"),
      spec: {
        limits: [
          {
            type: "Container",
            // For containers that name nothing, so that the quota counts them instead of refusing them. No default CPU limit:
            // idle CPU is free to use, and throttling shows up as latency.
            defaultRequest: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "128Mi" },
            default: { memory: "512Mi", "ephemeral-storage": "1Gi" },
          },
        ],
      },
    },
    ...accessObjects(metadata, args.owners, args.developers ?? []),
    ...networkObjects(metadata),
  };
}

// Tenants are reached through the platform's gateway only.
const noExposure = { "services.nodeports": "0", "services.loadbalancers": "0" };

function podsHard({ gpus, cpu, memory, pods }: Pick<TenantArgs, "gpus" | "cpu" | "memory" | "pods">) {
  return {
    // Extended resources know quotas on requests only; their limit always equals the request.
    "requests.nvidia.com/gpu": String(gpus),
    "requests.cpu": cpu,
    "requests.memory": memory,
    "limits.memory": memory,
    pods: String(pods),
  };
}

/** The Pods of these priorities, or all others, those without one included. */
function priorityScope(operator: "In" | "NotIn", priorityClasses: readonly string[]) {
  return {
    scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator, values: [...priorityClasses] }] },
  };
}

/** A team on the platform: its namespace, people, quotas and network borders. */
export class Tenant extends ObjectsComponent<TenantObjects> {
  /** Name of the tenant's namespace, known once it exists. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: TenantArgs, options?: ComponentOptions) {
    super("tenancy:Tenant", name, tenantObjects(name, args), options);
    this.namespace = this.nodes.namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}
