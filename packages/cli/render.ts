import { contentName, type KubernetesObject } from "@genai/core";
import { type PlatformConfig, stackSecrets } from "@genai/platform";
import { deployPlatform } from "@genai/platform/program";
import * as pulumi from "@pulumi/pulumi";

/** What stands in a rendered Secret for a value that only a deployment knows. */
export const secretPlaceholder = "(generated secret)";

/**
 * Every Kubernetes object that a stack deploys, without an engine, a cluster or a passphrase: the program itself runs against
 * Pulumi's mock monitor, with placeholders for the secrets.
 */
export async function renderStack(config: PlatformConfig, stack: string): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        if (type.startsWith("kubernetes:")) objects.push(unwrapped(inputs) as KubernetesObject);
        return { id: name, state: inputs };
      },
      call: ({ inputs }) => inputs,
    },
    "genai",
    stack,
    false,
  );
  const secrets = stackSecrets(config).map(({ key }) => [key, pulumi.output(secretPlaceholder)] as const);
  deployPlatform(config, Object.fromEntries(secrets));
  await pulumi.runtime.disconnect();
  return objects.toSorted((one, other) => (objectId(one) < objectId(other) ? -1 : 1));
}

/** A value as Kubernetes reads it: the engine's marks of secrets, which stand around the placeholders, are none of the object's. */
function unwrapped(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return unwrapped(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unwrapped(member)]));
}

/**
 * A rendered object to hand on. A Secret has no values and says which are left out: placeholders that somebody applies would be keys that
 * everybody knows, or overwrite those in use, and without values Pods do not start, or go on with what is there.
 */
export function withoutSecretValues(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret") return object;
  const { stringData, data, ...rest } = object;
  const template = { ...data, ...stringData } as Record<string, string>;
  const metadata = rest.metadata as { name: string; annotations?: object };
  return {
    ...rest,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        "genai.platform/left-out": Object.keys(template).toSorted().join(", "),
        // Another where the text around the values is another.
        "genai.platform/template": contentName(metadata.name, template),
      },
    },
  } as KubernetesObject;
}

/** Names an object among all others of a stack: `Deployment tenant-research/chat`. */
export function objectId({ kind, metadata }: KubernetesObject): string {
  const { namespace, name } = metadata as { namespace?: string; name?: string };
  return `${kind} ${namespace ? `${namespace}/` : ""}${name ?? "(named on creation)"}`;
}
