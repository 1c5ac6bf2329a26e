import {
  concealLike,
  isMap,
  type PropertyMap,
  type PropertyValue,
  reveal,
  secret,
  unknownValue,
} from "../protocol/values.ts";

/** An object as the API server returns it. */
export interface LiveObject extends PropertyMap {
  apiVersion: string;
  kind: string;
  metadata: PropertyMap & { name: string; namespace?: string };
}

/** What the provider keeps in the state beside the object itself, under the names that the real provider uses. */
export interface ProviderState {
  __inputs: PropertyMap;
  __initialApiVersion: string;
  __fieldManager: string;
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Pulumi's id of an object: `namespace/name`, or the name alone for cluster-scoped kinds. */
export function objectId({ metadata }: LiveObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** Inputs as the API server wants them: a Secret's `stringData` becomes `data`, and its values are secret. */
export function normalized(inputs: PropertyMap): PropertyMap {
  if (!isSecretKind(inputs)) return inputs;
  const { stringData, data, ...rest } = inputs;
  const [clear, encoded] = [reveal(stringData ?? {}), reveal(data ?? {})];
  if (!isMap(clear) || !isMap(encoded)) {
    // One of them is not known yet.
    const given = Object.entries({ stringData, data }).filter(([, value]) => value !== undefined);
    return { ...rest, ...Object.fromEntries(given.map(([key, value]) => [key, secret(value ?? null)])) };
  }
  const all = { ...encoded, ...Object.fromEntries(Object.entries(clear).map(([key, value]) => [key, base64(value)])) };
  return { ...rest, ...(Object.keys(all).length > 0 ? { data: secret(all) } : {}) };
}

/** What goes into the state: the live object and how to go on with it, secret where the inputs are. */
export function stateOf(
  live: LiveObject,
  inputs: PropertyMap,
  fieldManager: string,
  initialApiVersion?: PropertyValue,
): PropertyMap {
  const object = concealLike(withoutBookkeeping(live), inputs) as PropertyMap;
  const own: ProviderState = {
    __inputs: inputs,
    __initialApiVersion: typeof initialApiVersion === "string" ? initialApiVersion : live.apiVersion,
    __fieldManager: fieldManager,
  };
  return { ...concealSecretKind(object), ...own };
}

/** The inputs that would have made a live object, for `pulumi import`: without what the API server alone writes. */
export function importedInputs(live: LiveObject): PropertyMap {
  const { status: _, metadata, ...rest } = withoutBookkeeping(live);
  const kept = ["name", "namespace", "labels", "annotations", "finalizers"];
  const own = Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => kept.includes(key)));
  return concealSecretKind({ ...rest, metadata: own });
}

function concealSecretKind(object: PropertyMap): PropertyMap {
  return isSecretKind(object) && object["data"] !== undefined ? { ...object, data: secret(object["data"]) } : object;
}

function isSecretKind(object: PropertyMap): boolean {
  return object["kind"] === "Secret" && object["apiVersion"] === "v1";
}

/** Without what is written about the object rather than in it; what `kubectl apply` writes there would show a Secret's values. */
function withoutBookkeeping(live: LiveObject): PropertyMap {
  const { managedFields: _, annotations, ...metadata } = live.metadata;
  if (!isMap(annotations)) return { ...live, metadata };
  const { [lastApplied]: __, ...kept } = annotations;
  return { ...live, metadata: { ...metadata, annotations: kept } };
}

/** An unknown stays itself: previews must see that it is not known. */
function base64(value: PropertyValue): PropertyValue {
  return typeof value === "string" ? (value === unknownValue ? value : Buffer.from(value).toString("base64")) : value;
}
