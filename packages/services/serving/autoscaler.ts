import type { ObjectOf } from "@genai/core";

/** What an autoscaler is told. */
export interface AutoscalerSettings {
  deployment: string;
  minReplicas: number;
  maxReplicas: number;
}

/**
 * Scales on CPU for now: a busy engine keeps its scheduling process and API server busy too. Queue length says more, and replaces
 * this once an adapter offers it as a metric.
 */
export function autoscalerSpec({
  deployment,
  minReplicas,
  maxReplicas,
}: AutoscalerSettings): NonNullable<ObjectOf<"HorizontalPodAutoscaler">["spec"]> {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
    minReplicas,
    maxReplicas,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
      // A removed replica has to load its weights again: wait five minutes, then go one by one.
      scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
    },
  };
}
