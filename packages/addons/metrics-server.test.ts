import { assert } from "@genai/testing";
import { exampleContext, nameOf, podOf } from "./example-cluster.ts";
import { metricsServerObjects, metricsServerScrapeTargets } from "./index.ts";

const args = { ...exampleContext, enabled: true, insecureKubeletTls: false, resolutionSeconds: 15 };
const objects = metricsServerObjects("metrics-server", args);
const container = podOf(objects.deployment).containers[0];

describe("metricsServerObjects", () => {
  it("serves metrics.k8s.io through its Service", () => {
    const { spec } = objects.apiService as { spec: { group: string; version: string; service: object } };
    assert.equal(nameOf(objects.apiService), `${spec.version}.${spec.group}`);
    const { name, namespace } = objects.service.metadata as { name: string; namespace: string };
    const [port] = (objects.service.spec as { ports: { port: number; targetPort: string }[] }).ports;
    assert.deepEqual(spec.service, { name, namespace, port: port?.port });
    assert.equal(port?.targetPort, container.ports?.[0]?.name);
  });

  it("is ready when it has read the kubelets, and alive while it answers, over TLS", () => {
    assert.deepEqual(container.readinessProbe?.httpGet, { path: "/readyz", port: "https", scheme: "HTTPS" });
    assert.deepEqual(container.livenessProbe?.httpGet, { path: "/livez", port: "https", scheme: "HTTPS" });
  });

  it("trusts kubelets without a known certificate only if told to", () => {
    const flags = (insecureKubeletTls: boolean) =>
      podOf(metricsServerObjects("metrics-server", { ...args, insecureKubeletTls }).deployment).containers[0].args ??
      [];
    assert.ok(!flags(false).includes("--kubelet-insecure-tls"));
    assert.ok(flags(true).includes("--kubelet-insecure-tls"));
    assert.ok(flags(false).includes("--metric-resolution=15s"));
  });

  it("may read usage, ask who a caller is, and be read by those who view a namespace", () => {
    assert.deepEqual(objects.clusterRole.rules, [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]);
    assert.deepEqual((objects.delegator.roleRef as { name: string }).name, "system:auth-delegator");
    assert.equal((objects.authenticationReader.metadata as { namespace: string }).namespace, "kube-system");
    const { labels } = objects.readers.metadata as { labels: Record<string, string> };
    for (const role of ["view", "edit", "admin"])
      assert.equal(labels[`rbac.authorization.k8s.io/aggregate-to-${role}`], "true");
  });

  it("has two replicas on different nodes where the stack asks for high availability, and a budget for drains", () => {
    const { deployment, disruptionBudget } = metricsServerObjects("metrics-server", {
      ...args,
      highAvailability: true,
    });
    assert.equal((deployment.spec as { replicas: number }).replicas, 2);
    assert.equal(podOf(deployment).topologySpreadConstraints?.length, 2);
    assert.equal((disruptionBudget.spec as { maxUnavailable: number }).maxUnavailable, 1);
    assert.equal((objects.deployment.spec as { replicas: number }).replicas, 1);
  });

  it("says that its own metrics are read over TLS", () => {
    const [target] = metricsServerScrapeTargets("metrics-server", args);
    assert.deepEqual([target?.scheme, target?.port], ["https", container.ports?.[0]?.name]);
  });
});
