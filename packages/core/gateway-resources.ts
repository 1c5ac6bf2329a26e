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
      /** A Service at a port, or where group and kind say so another backend, which has its port itself. */
      backendRefs: readonly { group?: string; kind?: string; name: string; port?: number }[];
    }[];
  };
}

/** A way from a Gateway to a Service; the cluster brings the definition of its kind. */
export class HTTPRoute extends kubernetes.apiextensions.CustomResource {
  constructor(name: string, args: HTTPRouteArgs, options?: pulumi.CustomResourceOptions) {
    super(name, { ...args, apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" }, options);
  }
}

/** Group of the kinds that the Gateway API inference extension promises to keep. */
export const inferenceGroup = "inference.networking.k8s.io";

/** A pool of model servers behind a Gateway (inference.networking.k8s.io/v1, as far as the platform uses it). */
export interface InferencePoolArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: kubernetes.types.input.meta.v1.ObjectMeta;
  spec: {
    /** Pods of the pool's own namespace. */
    selector: { matchLabels: Readonly<Record<string, string>> };
    /** Port of each Pod; from one to eight. */
    targetPorts: readonly { number: number }[];
    /** The Service that says which Pod a request goes to, and what happens while it does not answer. */
    endpointPickerRef: { name: string; port: { number: number }; failureMode: "FailOpen" | "FailClose" };
  };
}

/** What a route leads to instead of a Service; the cluster brings the definition of its kind. */
export class InferencePool extends kubernetes.apiextensions.CustomResource {
  constructor(name: string, args: InferencePoolArgs, options?: pulumi.CustomResourceOptions) {
    super(name, { ...args, apiVersion: `${inferenceGroup}/v1`, kind: "InferencePool" }, options);
  }
}
