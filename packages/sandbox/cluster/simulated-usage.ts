/**
 * What a simulated container uses: the Pod's annotation `kwok.x-k8s.io/usage-cpu` or `-memory` where there is one, else a part of
 * what the container requests (busy enough to see, below any usual autoscaling target).
 */
const containerUsage = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "ClusterResourceUsage",
  metadata: { name: "usage" },
  spec: {
    usages: [{ usage: { cpu: usage("cpu", 0.3, "1m"), memory: usage("memory", 0.6, "16Mi") } }],
  },
};

function usage(resource: string, share: number, without: string): { expression: string } {
  const annotation = `"kwok.x-k8s.io/usage-${resource}"`;
  return {
    expression:
      `${annotation} in pod.metadata.annotations ? Quantity(pod.metadata.annotations[${annotation}]) : ` +
      `"${resource}" in container.resources.requests ? container.resources.requests["${resource}"] * ${share} : ` +
      `Quantity("${without}")`,
  };
}

const containerLabels = [
  { name: "container", value: "container.name" },
  { name: "namespace", value: "pod.metadata.namespace" },
  { name: "pod", value: "pod.metadata.name" },
];

/**
 * What every simulated node serves to metrics-server: the part of kubelet's `/metrics/resource` that it reads. Unlike KWOK's own
 * definition a node without Pods uses something too (0.1 CPU and 1 GiB, as system daemons do): metrics-server drops a node at zero.
 */
const nodeMetrics = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Metric",
  metadata: { name: "metrics-resource" },
  spec: {
    path: "/metrics/nodes/{nodeName}/metrics/resource",
    metrics: [
      metric("container", "container_cpu_usage_seconds_total", "counter", 'pod.CumulativeUsage("cpu", container.name)'),
      metric("container", "container_memory_working_set_bytes", "gauge", 'pod.Usage("memory", container.name)'),
      // Not a point in time, as kubelet's: metrics-server would take the first scrape of a new container, always 0, for its usage.
      metric("container", "container_start_time_seconds", "gauge", "pod.SinceSecond()"),
      metric(
        "node",
        "node_cpu_usage_seconds_total",
        "counter",
        'node.CumulativeUsage("cpu") + node.SinceSecond() * 0.1',
      ),
      metric("node", "node_memory_working_set_bytes", "gauge", 'node.Usage("memory") + 1073741824.0'),
    ],
  },
};

function metric(dimension: "container" | "node", name: string, kind: string, value: string): object {
  const labels = dimension === "container" ? containerLabels : [];
  return { name, dimension, help: `Simulated ${name}.`, kind, labels, value };
}

/** The KWOK objects that make `kubectl top` and autoscaling on CPU and memory work. */
export const simulatedUsage = [containerUsage, nodeMetrics];
