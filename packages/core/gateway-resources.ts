import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A route of the Gateway API (gateway.networking.k8s.io/v1, as far as the platform uses it). */
export interface HTTPRouteArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: kubernetes.types.input.meta.v1.ObjectMeta;
  spec: {
    parentRefs: readonly { name: string; namespace: string }[];
    hostnames: readonly string[];
    rules: readonly {
      matches: readonly { path: { type: "PathPrefix"; value: string } }[];
      timeouts: { request: string; backendRequest: string };
      backendRefs: readonly { name: string; port: number }[];
    }[];
  };
}

/** A way from a Gateway to a Service; the cluster brings the definition of its kind. */
export class HTTPRoute extends kubernetes.apiextensions.CustomResource {
  constructor(name: string, args: HTTPRouteArgs, options?: pulumi.CustomResourceOptions) {
    super(name, { ...args, apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" }, options);
  }
}
