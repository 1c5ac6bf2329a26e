import { istioSecurityVersion } from "../istio-resources.ts";
import type { KubernetesObject, KubernetesObjects, ObjectOf } from "../kinds.ts";
import { authorizationOf } from "./authorization.ts";
import { probesAllowed, tunnelled } from "./network-policy.ts";
import { type MeshPods, podsOf, portNumber, selectedBy } from "./pods.ts";

/** A service mesh of the cluster's that encrypts what Pods say to each other, with certificates of its own authority. */
export type Mesh = keyof typeof meshes;

/** What a component deploys in each mesh, by the mesh's name. */
export const meshes = {
  istioAmbient: ambient,
} satisfies Record<string, (objects: KubernetesObjects) => KubernetesObjects>;

/** A component's objects as they are in a mesh: the same, and what the mesh needs beside them. */
export function meshed(objects: KubernetesObjects, mesh: Mesh): KubernetesObjects {
  return meshes[mesh](objects);
}

/**
 * Istio without sidecars, since 1.24 (https://istio.io/latest/docs/ambient/): an agent on each node encrypts for its Pods, which stay as
 * they are, and with them quotas, Pod security, Jobs that end, and peers that call each other by address.
 */
function ambient(objects: KubernetesObjects): KubernetesObjects {
  const pods = podsOf(objects);
  const all: Record<string, KubernetesObject | undefined> = {};
  for (const [key, object] of Object.entries(objects)) {
    all[key] = object;
    switch (object?.kind) {
      case "Namespace": {
        const { name, labels = {} } = plainMetadata(object);
        all[key] = { ...object, metadata: { ...plainMetadata(object), labels: { ...labels, ...ambientLabels } } };
        all[`${key}Probes`] = probesAllowed(name, labels);
        all[`${key}MutualTls`] = mutualTls({ name: "default", namespace: name, labels });
        break;
      }
      case "NetworkPolicy":
        all[key] = tunnelled(object);
        all[`${key}Authorization`] = authorizationOf(object, pods);
        break;
      case "Service":
        all[`${key}MutualTls`] = extendsApi(object, objects) ? exceptForApiServer(object, pods) : undefined;
        break;
    }
  }
  return all;
}

const ambientLabels = { "istio.io/dataplane-mode": "ambient" };

/** Has Pods refuse plain text: all of a namespace, or those selected, and these not at the ports excepted. */
function mutualTls(
  metadata: PlainMetadata,
  selector?: Readonly<Record<string, string>>,
  exceptPorts: readonly number[] = [],
): ObjectOf<"PeerAuthentication"> {
  return {
    apiVersion: istioSecurityVersion,
    kind: "PeerAuthentication",
    metadata,
    spec: {
      ...(selector && { selector: { matchLabels: selector } }),
      mtls: { mode: "STRICT" },
      ...(exceptPorts.length > 0 && {
        portLevelMtls: Object.fromEntries(exceptPorts.map((port) => [port, { mode: "PERMISSIVE" }])),
      }),
    },
  };
}

/** Whether the API server hands requests on to a Service. */
function extendsApi(service: ObjectOf<"Service">, objects: KubernetesObjects): boolean {
  return Object.values(objects).some((object) => {
    if (object?.kind !== "APIService") return false;
    const { service: called } = object.spec as { service?: { name: string } };
    return called?.name === plainMetadata(service).name;
  });
}

/** The API server is in no mesh, and what it is served over is TLS of its own. */
function exceptForApiServer(service: ObjectOf<"Service">, pods: readonly MeshPods[]): ObjectOf<"PeerAuthentication"> {
  const { selector, ports } = service.spec as {
    selector: Record<string, string>;
    ports: readonly { port: number; targetPort?: number | string }[];
  };
  const { name, namespace, labels } = plainMetadata(service);
  const behind = selectedBy(pods, selector);
  const numbers = ports.map(({ port, targetPort = port }) => portNumber(targetPort, behind, `Service ${name}`));
  return mutualTls({ name, namespace, labels }, selector, numbers);
}

interface PlainMetadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
}

function plainMetadata({ metadata }: KubernetesObject): PlainMetadata {
  return metadata as unknown as PlainMetadata;
}
