import { addonNamespace } from "@genai/addons";
import type { Problem } from "@genai/core";
import { gatewayNamespace, kedaNamespace, proxyNamespaceOf } from "@genai/services";
import { tenantNamespace } from "@genai/tenancy";
import type { CheckInput } from "./cross-checks.ts";

const path = "genai:cluster.mesh";

/** The mesh: there is one, and whoever calls the platform from outside is in it, since plain text is refused. */
export function checkMesh(input: CheckInput): Problem[] {
  const { cluster, tenantNames = [] } = input;
  if (!cluster?.mesh) return [];
  const { namespaces } = cluster.mesh;
  const own = [addonNamespace, gatewayNamespace, ...tenantNames.map(tenantNamespace)];
  return [
    ...(cluster.provider === "sandbox"
      ? [{ path, message: "is given, and genai:cluster.provider is sandbox, which has no mesh; remove one of them" }]
      : []),
    ...namespaces.flatMap((name, index) =>
      own.includes(name)
        ? [
            {
              path: `${path}.namespaces[${index}]`,
              message: `"${name}" is the platform's own, and in the mesh; remove it`,
            },
          ]
        : [],
    ),
    ...callers(input)
      .filter(({ namespace }) => !namespaces.includes(namespace))
      .map(({ path: caller, namespace, who }) => ({
        path: caller,
        message: `${who} in the namespace "${namespace}" could not connect: with ${path}, plain text is refused. Put that namespace into the mesh, and its name under ${path}.namespaces`,
      })),
  ];
}

/** What calls the platform's Pods from namespaces of the cluster's own. */
function callers({ gateway, ui, models = {}, monitoring, workers = {} }: CheckInput) {
  const exposed = Object.entries({ gateway, ui }).flatMap(([section, service]) => {
    const namespace = service?.expose?.controllerNamespace;
    return namespace === undefined
      ? []
      : [{ path: `genai:${section}.expose.controllerNamespace`, namespace, who: "the controller" }];
  });
  const proxies = Object.entries(models).flatMap(([name, { inferencePool }]) => {
    if (!inferencePool) return [];
    const key = inferencePool.proxyNamespace === undefined ? "gatewayNamespace" : "proxyNamespace";
    const namespace = proxyNamespaceOf(inferencePool);
    return [{ path: `genai:models.${name}.inferencePool.${key}`, namespace, who: "the Gateway's proxies" }];
  });
  const scraper =
    monitoring && "namespace" in monitoring && monitoring.namespace !== undefined
      ? [{ path: "genai:monitoring.namespace", namespace: monitoring.namespace, who: "the Prometheus" }]
      : [];
  const scalers = Object.entries(workers)
    .filter(([, { scaler }]) => scaler === "keda")
    .map(([name]) => ({ path: `genai:workers.${name}.scaler`, namespace: kedaNamespace, who: "KEDA" }));
  return [...exposed, ...proxies, ...scraper, ...scalers];
}
