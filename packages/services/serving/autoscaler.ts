import type { ObjectOf } from "@genai/core";

/** What an autoscaler is told. */
export interface AutoscalerSettings {
  deployment: string;
  minReplicas: number;
  maxReplicas: number;
  scaling: Required<Scaling>;
}

/** When an autoscaler adds and removes replicas. */
export interface Scaling {
  /** Percent of the requested CPU above which a replica is added. @default 70 */
  cpuUtilization?: number;
  /** Seconds of less load before a replica is removed: a removed one has to load its weights again. @default 300 */
  scaleDownSeconds?: number;
  /** Replicas that are added, or removed, in a minute at most. @default 1 */
  replicasPerMinute?: number;
}

/** What an autoscaler does where nothing is said. */
export const defaultScaling: Required<Scaling> = { cpuUtilization: 70, scaleDownSeconds: 300, replicasPerMinute: 1 };

/**
 * Scales on CPU for now: a busy engine keeps its scheduling process and API server busy too. Queue length says more, and replaces
 * this once an adapter offers it as a metric.
 */
export function autoscalerSpec({
  deployment,
  minReplicas,
  maxReplicas,
  scaling,
}: AutoscalerSettings): NonNullable<ObjectOf<"HorizontalPodAutoscaler">["spec"]> {
  const { cpuUtilization, scaleDownSeconds, replicasPerMinute } = scaling;
  const policies = [{ type: "Pods", value: replicasPerMinute, periodSeconds: 60 }];
  const target = { type: "Utilization", averageUtilization: cpuUtilization };
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
    minReplicas,
    maxReplicas,
    metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies },
      scaleDown: { stabilizationWindowSeconds: scaleDownSeconds, policies },
    },
  };
}
