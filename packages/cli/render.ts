import type { KubernetesObject } from "@genai/core";
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
        if (type.startsWith("kubernetes:")) objects.push(inputs as KubernetesObject);
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

/** Names an object among all others of a stack: `Deployment tenant-research/chat`. */
export function objectId({ kind, metadata }: KubernetesObject): string {
  const { namespace, name } = metadata as { namespace?: string; name?: string };
  return `${kind} ${namespace ? `${namespace}/` : ""}${name ?? "(named on creation)"}`;
}
