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

/** Pulumi's id of an object: `namespace/name`, or the name alone for cluster-scoped kinds. */
export function objectId({ metadata }: LiveObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** Inputs as the API server wants them: a Secret's `stringData` becomes `data`, and its values are secret. */
export function normalized(inputs: PropertyMap): PropertyMap {
  if (!isSecretKind(inputs)) return inputs;
  const { stringData, data, ...rest } = inputs;
  const clear = reveal(stringData ?? {});
  if (!isMap(clear)) return { ...inputs };
  const encoded = Object.entries(clear).map(([key, value]) => [key, base64(value)] as const);
  const all = {
    ...(isMap(reveal(data ?? {})) ? (reveal(data ?? {}) as PropertyMap) : {}),
    ...Object.fromEntries(encoded),
  };
  return { ...rest, ...(Object.keys(all).length > 0 ? { data: secret(all) } : {}) };
}

/** What goes into the state: the live object and how to go on with it, secret where the inputs are. */
export function stateOf(
  live: LiveObject,
  inputs: PropertyMap,
  fieldManager: string,
  initialApiVersion?: string,
): PropertyMap {
  const object = concealLike(withoutManagedFields(live), inputs) as PropertyMap;
  const own: ProviderState = {
    __inputs: inputs,
    __initialApiVersion: initialApiVersion ?? live.apiVersion,
    __fieldManager: fieldManager,
  };
  return { ...concealSecretKind(object), ...own };
}

/** The inputs that would have made a live object, for `pulumi import`: without what the API server alone writes. */
export function importedInputs(live: LiveObject): PropertyMap {
  const { status: _, metadata, ...rest } = live;
  const kept = ["name", "namespace", "labels", "annotations", "finalizers"];
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => kept.includes(key)));
  return concealSecretKind({ ...rest, metadata: own });
}

function concealSecretKind(object: PropertyMap): PropertyMap {
  return isSecretKind(object) && object["data"] !== undefined ? { ...object, data: secret(object["data"]) } : object;
}

function isSecretKind(object: PropertyMap): boolean {
  return object["kind"] === "Secret" && object["apiVersion"] === "v1";
}

function withoutManagedFields(live: LiveObject): PropertyMap {
  const { managedFields: _, ...metadata } = live.metadata;
  return { ...live, metadata };
}

/** An unknown stays itself: previews must see that it is not known. */
function base64(value: PropertyValue): PropertyValue {
  return typeof value === "string" ? (value === unknownValue ? value : Buffer.from(value).toString("base64")) : value;
}
