import { type ObjectOf, priorityClassNames, recommendedLabels } from "@genai/core";

/** The PriorityClasses, by the key of their Pulumi name. */
export interface PriorityObjects extends Record<string, ObjectOf<"PriorityClass">> {
  systemPriority: ObjectOf<"PriorityClass">;
  servingPriority: ObjectOf<"PriorityClass">;
  batchPriority: ObjectOf<"PriorityClass">;
  preemptiblePriority: ObjectOf<"PriorityClass">;
}

/**
 * The order in which the platform gives up its parts when nodes are full: preemptible work, batch work, what answers users, and last what
 * those stand on. All stay far below the cluster's own classes (2,000,000,000).
 */
export function priorityObjects(platform: string): PriorityObjects {
  const of = (
    name: keyof typeof priorityClassNames,
    value: number,
    description: string,
  ): ObjectOf<"PriorityClass"> => ({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: {
      name: priorityClassNames[name],
      labels: recommendedLabels({ application: "genai-platform", instance: platform, component: name }),
    },
    value,
    globalDefault: false,
    ...(name === "preemptible" && { preemptionPolicy: "Never" }),
    description,
  });
  return {
    systemPriority: of("system", 200_000, "Queues and stores that services stand on."),
    servingPriority: of("serving", 100_000, "Services that answer users; they take GPUs back from batch work."),
    // Below workloads without a class, which have 0: those of a tenant's own may answer users.
    batchPriority: of("batch", -1000, "Workers and pipelines, which are tried again."),
    preemptiblePriority: of("preemptible", -10_000, "Work that uses what is left and may end at any time."),
  };
}
