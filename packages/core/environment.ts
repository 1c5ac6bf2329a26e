import type * as pulumi from "@pulumi/pulumi";

/** A key of a Secret whose name may be an output. */
export interface SecretReference {
  name: pulumi.Input<string>;
  key: string;
}

/** An environment variable of a container. */
export type Variable =
  { name: string; value: pulumi.Input<string> } | { name: string; valueFrom: { secretKeyRef: SecretReference } };

/** A container's environment, from plain values and keys of Secrets by their names. */
export function variablesOf(
  values: Readonly<Record<string, pulumi.Input<string> | SecretReference | undefined>>,
): Variable[] {
  return Object.entries(values).flatMap(([name, value]): Variable[] => {
    if (value === undefined) return [];
    return [isSecretReference(value) ? { name, valueFrom: { secretKeyRef: value } } : { name, value }];
  });
}

function isSecretReference(value: pulumi.Input<string> | SecretReference): value is SecretReference {
  return typeof value === "object" && "key" in value && "name" in value && !("apply" in value);
}
