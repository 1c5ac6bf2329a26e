import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";
import type { LiveObject } from "./objects.ts";

/** What an object's state says about its being ready. */
export interface Verdict {
  ready: boolean;
  /** Progress for the screen, in the real provider's words. */
  message: string;
  /** Set where waiting longer is of no use. */
  failed?: string;
}

const ready: Verdict = { ready: true, message: "" };

/** Judges an object by itself; `related` are the EndpointSlices of a Service. */
export type Readiness = (object: LiveObject, related: LiveObject[]) => Verdict;

/** Kinds that are ready later than they are stored, by `<group>/<kind>`. The API server does not say which these are. */
const readinessOf: Readonly<Record<string, Readiness>> = {
  "apps/Deployment": deployment,
  "apps/DaemonSet": daemonSet,
  "apps/StatefulSet": statefulSet,
  "batch/Job": job,
  "/Pod": pod,
  "/Service": service,
  "/PersistentVolumeClaim": claim,
  "networking.k8s.io/Ingress": ingress,
  "apiregistration.k8s.io/APIService": (object) => byCondition(object, "Available"),
  "apiextensions.k8s.io/CustomResourceDefinition": (object) => byCondition(object, "Established"),
};

/** The rule for a kind, if it is one that is ready later than it is stored. */
export function readinessFor({ apiVersion, kind }: LiveObject): Readiness | undefined {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return readinessOf[`${group}/${kind}`];
}

/** Whether it is a Service that hands traffic to Pods of its own choice: their endpoints come late and need to settle. */
export function hasSettlingEndpoints(object: LiveObject): boolean {
  return (
    object.apiVersion === "v1" &&
    object.kind === "Service" &&
    isMap(field(object, "spec", "selector")) &&
    field(object, "spec", "clusterIP") !== "None" &&
    field(object, "spec", "type") !== "ExternalName"
  );
}

/** The name of the Service that an EndpointSlice belongs to. */
export function serviceOf(slice: LiveObject): string {
  return String(field(slice, "metadata", "labels", "kubernetes.io/service-name") ?? "");
}

function deployment(object: LiveObject): Verdict {
  const wanted = number(object, "spec", "replicas") ?? 1;
  const [updated, available, all] = ["updatedReplicas", "availableReplicas", "replicas"].map(
    (key) => number(object, "status", key) ?? 0,
  );
  const message = `[1/2] Waiting for app ReplicaSet to be available (${available}/${wanted} Pods available)`;
  const deadline = condition(object, "Progressing");
  if (isObserved(object) && deadline?.status === "False") return { ready: false, message, failed: deadline.message };
  const done = isObserved(object) && updated === wanted && all === wanted && (available ?? 0) >= wanted;
  return done ? ready : { ready: false, message };
}

function daemonSet(object: LiveObject): Verdict {
  const wanted = number(object, "status", "desiredNumberScheduled") ?? 0;
  const [updated, available] = ["updatedNumberScheduled", "numberAvailable"].map(
    (key) => number(object, "status", key) ?? 0,
  );
  if (isObserved(object) && updated === wanted && available === wanted) return ready;
  return { ready: false, message: `Waiting for DaemonSet to be available (${available}/${wanted} Pods available)` };
}

function statefulSet(object: LiveObject): Verdict {
  const wanted = number(object, "spec", "replicas") ?? 1;
  const [updated, available] = ["updatedReplicas", "readyReplicas"].map((key) => number(object, "status", key) ?? 0);
  if (isObserved(object) && updated === wanted && available === wanted) return ready;
  return {
    ready: false,
    message: `[1/3] Waiting for StatefulSet update to roll out (${available}/${wanted} Pods ready)`,
  };
}

function job(object: LiveObject): Verdict {
  // A queue such as Kueue lets it go later; it is as it should be.
  if (field(object, "spec", "suspend") === true) return ready;
  const failed = condition(object, "Failed");
  if (failed?.status === "True") return { ready: false, message: "Job failed", failed: failed.message };
  if (condition(object, "Complete")?.status === "True") return ready;
  return { ready: false, message: `Waiting for Job "${object.metadata.name}" to succeed` };
}

function pod(object: LiveObject): Verdict {
  const phase = field(object, "status", "phase");
  if (phase === "Succeeded" || condition(object, "Ready")?.status === "True") return ready;
  if (phase === "Failed")
    return {
      ready: false,
      message: "Pod failed",
      failed: String(field(object, "status", "message") ?? "its containers failed"),
    };
  return { ready: false, message: `Waiting for Pod to become Ready (${String(phase ?? "Pending")})` };
}

function service(object: LiveObject, slices: LiveObject[]): Verdict {
  if (!hasSettlingEndpoints(object)) return ready;
  const endpoints = slices.flatMap((slice) => (Array.isArray(slice["endpoints"]) ? slice["endpoints"] : []));
  const anyReady = endpoints.some((endpoint) => isMap(endpoint) && field(endpoint, "conditions", "ready") === true);
  if (!anyReady) return { ready: false, message: "[1/3] Finding Pods to direct traffic to" };
  const addresses = field(object, "status", "loadBalancer", "ingress");
  if (field(object, "spec", "type") === "LoadBalancer" && !Array.isArray(addresses)) {
    return { ready: false, message: "[2/3] Attempting to allocate IP address to Service" };
  }
  return ready;
}

function claim(object: LiveObject): Verdict {
  const phase = field(object, "status", "phase");
  if (phase === "Bound") return ready;
  return { ready: false, message: `Waiting for PersistentVolumeClaim to be bound (${String(phase ?? "Pending")})` };
}

function ingress(object: LiveObject): Verdict {
  if (Array.isArray(field(object, "status", "loadBalancer", "ingress"))) return ready;
  return { ready: false, message: "[2/3] Waiting for update of .status.loadBalancer with hostname/IP" };
}

function byCondition(object: LiveObject, type: string): Verdict {
  const found = condition(object, type);
  if (found?.status === "True") return ready;
  return {
    ready: false,
    message: `Waiting for ${object.kind} to be ${type}${found?.message ? `: ${found.message}` : ""}`,
  };
}

/** Whether the controller has seen the newest version of the object. */
function isObserved(object: LiveObject): boolean {
  return (number(object, "status", "observedGeneration") ?? 0) >= (number(object, "metadata", "generation") ?? 0);
}

function condition(object: PropertyMap, type: string): { status: string; message: string } | undefined {
  const conditions = field(object, "status", "conditions");
  const found = Array.isArray(conditions) ? conditions.find((one) => isMap(one) && one["type"] === type) : undefined;
  return isMap(found) ? { status: String(found["status"]), message: String(found["message"] ?? "") } : undefined;
}

function number(object: PropertyMap, ...path: string[]): number | undefined {
  const value = field(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The value at a path, undefined where there is none. */
export function field(object: PropertyMap, ...path: string[]): PropertyValue | undefined {
  return path.reduce<PropertyValue | undefined>((value, key) => (isMap(value) ? value[key] : undefined), object);
}
