import type { KubernetesObject, KubernetesObjects } from "../kinds.ts";

/** Pods that an object makes: what a mesh tells them by, and where they listen. */
export interface MeshPods {
  labels: Readonly<Record<string, string>>;
  serviceAccount: string | undefined;
  /** Numbers of the containers' ports, by name. */
  ports: ReadonlyMap<string, number>;
}

interface Template {
  metadata?: { labels?: Record<string, string> };
  spec?: { serviceAccountName?: string; containers?: Container[]; initContainers?: Container[] };
}
interface Container {
  ports?: { name?: string; containerPort: number }[];
}
interface Owner {
  template?: Template;
  jobTemplate?: { spec?: Owner };
  leaderWorkerTemplate?: { leaderTemplate?: Template; workerTemplate?: Template };
}

/** The Pods that a component's objects make. */
export function podsOf(objects: KubernetesObjects): MeshPods[] {
  return Object.values(objects).flatMap((object) => (object ? templatesOf(object).map(meshPods) : []));
}

/** The Pods that have all of `labels`. */
export function selectedBy(pods: readonly MeshPods[], labels: Readonly<Record<string, string>>): MeshPods[] {
  return pods.filter((pod) => Object.entries(labels).every(([key, value]) => pod.labels[key] === value));
}

/**
 * The number of a port, which is all that a mesh knows of it.
 * @param port Its number, or its name in the Pods' containers.
 * @param user Names what mentions the port, for the error.
 * @throws {Error} If no container has it.
 */
export function portNumber(port: number | string, pods: readonly MeshPods[], user: string): number {
  const number = typeof port === "number" ? port : pods.find(({ ports }) => ports.has(port))?.ports.get(port);
  if (number === undefined) throw new Error(`${user} names the port "${port}", which no container of its Pods has`);
  return number;
}

function templatesOf(object: KubernetesObject): Template[] {
  const own = ((object as { spec?: unknown }).spec ?? {}) as Owner;
  const { template, leaderWorkerTemplate } = (object.kind === "CronJob" ? own.jobTemplate?.spec : own) ?? {};
  const templates = [template, leaderWorkerTemplate?.leaderTemplate, leaderWorkerTemplate?.workerTemplate];
  return templates.flatMap((each) => (each?.spec?.containers ? [each] : []));
}

function meshPods({ metadata, spec = {} }: Template): MeshPods {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const ports = containers.flatMap((container) => container.ports ?? []);
  return {
    labels: metadata?.labels ?? {},
    serviceAccount: spec.serviceAccountName,
    ports: new Map(ports.flatMap(({ name, containerPort }) => (name ? [[name, containerPort]] : []))),
  };
}
