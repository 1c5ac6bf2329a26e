/** The part of a stack's record (`pulumi stack export`) that recovery reads and writes. */
export interface Deployment {
  resources?: RecordedResource[];
  pending_operations?: { type: string; resource: RecordedResource }[] | null;
}

export interface RecordedResource {
  urn: string;
  type: string;
  custom?: boolean;
  id?: string;
  parent?: string;
  /** `<urn>::<id>` of the provider. */
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A step of `pulumi preview --json`. */
export interface PlannedStep {
  op: string;
  newState?: RecordedResource;
}

/** A Kubernetes object that an interrupted update may have made without recording it. */
export interface LostObject {
  apiVersion: string;
  kind: string;
  name: string;
  /** `default` where the inputs name none; without meaning for a cluster-scoped kind. */
  namespace: string;
  /** The entry that the record lacks. */
  resource: RecordedResource;
}

/** The objects to look for on the cluster: creates that never ended, and what the program would create next but may have made before. */
export function lostObjects(deployment: Deployment, planned: PlannedStep[]): LostObject[] {
  const recorded = deployment.resources ?? [];
  const urns = new Set(recorded.map(({ urn }) => urn));
  const providers = new Set(recorded.map(({ urn, id }) => `${urn}::${id}`));
  const ids = new Set(recorded.map(({ type, id }) => `${type} ${id}`));
  const candidates = [
    ...(deployment.pending_operations ?? []).filter(({ type }) => type === "creating").map(({ resource }) => resource),
    ...planned.flatMap(({ op, newState }) => (op === "create" && newState ? [newState] : [])),
  ];
  const lost = new Map<string, LostObject>();
  for (const candidate of candidates) {
    const { urn, parent, provider } = candidate;
    // An entry whose parent or provider is not recorded would break the record; then neither was anything made.
    if (urns.has(urn) || lost.has(urn) || !providers.has(provider ?? "") || (parent && !urns.has(parent))) continue;
    const object = lostObject(candidate);
    if (object && !ids.has(`${candidate.type} ${object.resource.id}`)) lost.set(urn, object);
  }
  return [...lost.values()];
}

/** The record with the adopted objects in it; the creates that never ended are settled either way. */
export function withAdopted(deployment: Deployment, adopted: LostObject[]): Deployment {
  return {
    ...deployment,
    resources: [...(deployment.resources ?? []), ...adopted.map(({ resource }) => resource)],
    pending_operations: deployment.pending_operations?.filter(({ type }) => type !== "creating") ?? [],
  };
}

function lostObject({ urn, type, parent, provider, inputs = {} }: RecordedResource): LostObject | undefined {
  const { apiVersion, kind, metadata } = inputs as {
    apiVersion?: string;
    kind?: string;
    metadata?: { name?: string; namespace?: string };
  };
  if (!type.startsWith("kubernetes:") || !apiVersion || !kind || !metadata?.name) return undefined;
  const { name, namespace } = metadata;
  const id = namespace ? `${namespace}/${name}` : name;
  const resource: RecordedResource = { urn, type, custom: true, id, inputs: withoutMasks(inputs), outputs: {} };
  if (parent) resource.parent = parent;
  if (provider) resource.provider = provider;
  return { apiVersion, kind, name, namespace: namespace ?? "default", resource };
}

/** A preview masks secrets; such inputs are worth nothing, and refreshing reads them from the cluster. */
function withoutMasks(inputs: Record<string, unknown>): Record<string, unknown> {
  return JSON.stringify(inputs).includes('"[secret]"') ? {} : inputs;
}
