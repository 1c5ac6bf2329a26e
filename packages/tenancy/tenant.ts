import {
  ObjectsComponent,
  recommendedLabels,
  restrictedNamespaceLabels,
  tenantLabel,
  type ObjectOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { accessObjects, type AccessObjects, type Subject } from "./access.ts";
import { tenantNamespace } from "./names.ts";
import { networkObjects, type NetworkObjects } from "./network.ts";

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
    systemPriorityQuota: ObjectOf<"ResourceQuota">;
    limits: ObjectOf<"LimitRange">;
  };

/** A tenant's objects as plain data. */
export function tenantObjects(name: string, args: TenantArgs): TenantObjects {
  const namespace = tenantNamespace(name);
  const labels = {
    ...recommendedLabels({ application: "tenant", instance: name, component: "tenancy" }),
    [tenantLabel]: name,
  };
  const metadata = (objectName: string) => ({ name: objectName, namespace, labels });
  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...labels, ...restrictedNamespaceLabels } },
    },
    quota: {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: metadata("tenant-quota"),
      spec: {
        hard: {
          // Extended resources know quotas on requests only; their limit always equals the request.
          "requests.nvidia.com/gpu": String(args.gpus),
          "requests.cpu": args.cpu,
          "requests.memory": args.memory,
          "limits.memory": args.memory,
          pods: String(args.pods),
          // Tenants are reached through the platform's gateway only.
          "services.nodeports": "0",
          "services.loadbalancers": "0",
        },
      },
    },
    systemPriorityQuota: {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: metadata("tenant-no-system-priority"),
      spec: {
        // A tenant's Pod of system priority would evict other tenants'.
        hard: { pods: "0" },
        scopeSelector: {
          matchExpressions: [
            { scopeName: "PriorityClass", operator: "In", values: ["system-cluster-critical", "system-node-critical"] },
          ],
        },
      },
    },
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

/** A team on the platform: its namespace, people, quotas and network borders. */
export class Tenant extends ObjectsComponent<TenantObjects> {
  /** Name of the tenant's namespace, known once it exists. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: TenantArgs, options?: pulumi.ComponentResourceOptions) {
    super("tenancy:Tenant", name, tenantObjects(name, args), options);
    this.namespace = this.nodes.namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}
