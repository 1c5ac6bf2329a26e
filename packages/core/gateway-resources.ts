import { customResource, type CustomResourceArgs } from "./custom-resource.ts";

/** A route of the Gateway API (gateway.networking.k8s.io/v1, as far as the platform uses it). */
export interface HTTPRouteArgs extends CustomResourceArgs {
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
export const HTTPRoute = customResource<HTTPRouteArgs>("gateway.networking.k8s.io/v1", "HTTPRoute");

/** Group of the kinds that the Gateway API inference extension promises to keep. */
export const inferenceGroup = "inference.networking.k8s.io";

/** A pool of model servers behind a Gateway (inference.networking.k8s.io/v1, as far as the platform uses it). */
export interface InferencePoolArgs extends CustomResourceArgs {
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
export const InferencePool = customResource<InferencePoolArgs>(`${inferenceGroup}/v1`, "InferencePool");
