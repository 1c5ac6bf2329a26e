import { awaitedElsewhere, namespaceNamed, type NetworkEdges, type ObjectOf } from "@genai/core";
import { httpPortName } from "../serving/probes.ts";

/** How a service is reached from outside the cluster: by an Ingress, or by a route of the Gateway API. */
export interface Exposure {
  kind: "ingress" | "httpRoute";
  host: string;
  /** Namespace of the controller that passes requests on: it alone may connect. */
  controllerNamespace: string;
  /** IngressClass, or name of the Gateway in that namespace. @default the cluster's default class; the Gateway `gateway` */
  className?: string;
  /** Secret with the certificate, in the service's namespace. A Gateway has its own. @default none: plain HTTP */
  tlsSecret?: string;
}

/** What a route leads to: a Service at a port, or another kind of backend. */
type RouteBackend = ObjectOf<"HTTPRoute">["spec"]["rules"][number]["backendRefs"][number];

/** The objects that expose a service, under their keys; both undefined where nothing does. */
export interface ExposureObjects {
  ingress: ObjectOf<"Ingress"> | undefined;
  route: ObjectOf<"HTTPRoute"> | undefined;
}

/** What is exposed. */
export interface ExposedService {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  /** Name of its Service, which is its port's too. */
  service: string;
  port: number;
  /** Seconds that a request may take. */
  requestSeconds: number;
  /** Beginning of the paths that are published. @default every path */
  path?: string;
}

/** The ingress of an exposed service: its controller's namespace, and nothing where it is not exposed. */
export function exposureIngress(exposure: Exposure | undefined): NonNullable<NetworkEdges["ingress"]> {
  if (!exposure) return [];
  return [{ from: [namespaceNamed(exposure.controllerNamespace)], ports: [{ protocol: "TCP", port: httpPortName }] }];
}

/** The Ingress or route of a service. */
export function exposureObjects(exposure: Exposure | undefined, exposed: ExposedService): ExposureObjects {
  return {
    ingress: exposure?.kind === "ingress" ? ingress(exposure, exposed) : undefined,
    route: exposure?.kind === "httpRoute" ? route(exposure, exposed) : undefined,
  };
}

function ingress(
  { host, className, tlsSecret }: Exposure,
  { metadata, service, path = "/" }: ExposedService,
): ObjectOf<"Ingress"> {
  const backend = { service: { name: service, port: { name: httpPortName } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    // Its address may come from a load balancer that there is only later, or never.
    metadata: { ...metadata, annotations: awaitedElsewhere },
    spec: {
      ...(className && { ingressClassName: className }),
      ...(tlsSecret && { tls: [{ hosts: [host], secretName: tlsSecret }] }),
      rules: [{ host, http: { paths: [{ path, pathType: "Prefix", backend }] } }],
    },
  };
}

function route(
  { host, className = "gateway", controllerNamespace }: Exposure,
  { metadata, service, port, requestSeconds, path }: ExposedService,
): ObjectOf<"HTTPRoute"> {
  const gateway = { name: className, namespace: controllerNamespace };
  return gatewayRoute({ metadata, gateway, host, requestSeconds, path, backend: { name: service, port } });
}

/** A route of the Gateway API: what a host is asked for under a path, to one backend. */
export function gatewayRoute({
  metadata,
  gateway,
  host,
  requestSeconds,
  path = "/",
  backend,
}: Pick<ExposedService, "metadata" | "requestSeconds" | "path"> & {
  gateway: { name: string; namespace: string };
  host: string;
  backend: RouteBackend;
}): ObjectOf<"HTTPRoute"> {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata,
    spec: {
      parentRefs: [gateway],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: path } }],
          // A Gateway's own limit would cut off answers that are still being written.
          timeouts: { request: `${requestSeconds}s`, backendRequest: `${requestSeconds}s` },
          backendRefs: [backend],
        },
      ],
    },
  };
}
