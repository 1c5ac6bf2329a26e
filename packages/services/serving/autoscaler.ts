import type { ObjectOf } from "@genai/core";

/** What an autoscaler is told. */
export interface AutoscalerSettings {
  /** Name of the server, which is that of its Deployment. */
  deployment: string;
  /** What to scale. @default the Deployment */
  target?: { apiVersion: string; kind: string; name: string };
  minReplicas: number;
  maxReplicas: number;
  scaling: Scaling & typeof defaultScaling;
  queueMetric?: QueueMetric;
}

/** A metric of the cluster's external metrics API that counts the requests which wait for a model server. */
export interface QueueMetric {
  name: string;
  /** Label whose value is the server's name. */
  label: string;
}

/** When an autoscaler adds and removes replicas. */
export interface Scaling {
  /** Waiting requests per replica above which one is added, where a `queueMetric` says how many there are. @default 5 */
  requestsWaiting?: number;
  /** Percent of the requested CPU above which a replica is added, where there is no `queueMetric`. @default 70 */
  cpuUtilization?: number;
  /** Seconds of less load before a replica is removed: a removed one has to load its weights again. @default 300 */
  scaleDownSeconds?: number;
  /** Replicas that are added, or removed, in a minute at most. @default 1 */
  replicasPerMinute?: number;
}

/** What an autoscaler does where nothing is said. */
export const defaultScaling = { cpuUtilization: 70, scaleDownSeconds: 300, replicasPerMinute: 1 };

/** What the vLLM production stack's chart scales at (helm/values.yaml). */
const defaultRequestsWaiting = 5;

/**
 * What is counted: the queue where the cluster offers its length as a metric, else CPU: a busy engine keeps its scheduling process and
 * API server busy too, but that says less.
 */
export function autoscalerMetrics(
  deployment: string,
  { requestsWaiting = defaultRequestsWaiting, cpuUtilization = defaultScaling.cpuUtilization }: Scaling,
  queueMetric: QueueMetric | undefined,
) {
  if (!queueMetric) {
    const target = { type: "Utilization", averageUtilization: cpuUtilization };
    return [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  const metric = { name: queueMetric.name, selector: { matchLabels: { [queueMetric.label]: deployment } } };
  const target = { type: "AverageValue", averageValue: String(requestsWaiting) };
  return [{ type: "External", external: { metric, target } }];
}

/** The autoscaler of a model server. */
export function autoscalerSpec({
  deployment,
  target = { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
  minReplicas,
  maxReplicas,
  scaling,
  queueMetric,
}: AutoscalerSettings): NonNullable<ObjectOf<"HorizontalPodAutoscaler">["spec"]> {
  const { scaleDownSeconds, replicasPerMinute } = scaling;
  const policies = [{ type: "Pods", value: replicasPerMinute, periodSeconds: 60 }];
  return {
    scaleTargetRef: target,
    minReplicas,
    maxReplicas,
    metrics: autoscalerMetrics(deployment, scaling, queueMetric),
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies },
      scaleDown: { stabilizationWindowSeconds: scaleDownSeconds, policies },
    },
  };
}
