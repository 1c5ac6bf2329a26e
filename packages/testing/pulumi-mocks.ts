import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it under mocks. */
export interface RegisteredResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/**
 * Runs `build` against Pulumi's mock engine and returns what it registered, once everything has settled. Inputs are echoed as
 * outputs and secrets are unwrapped, so that a test compares plain values.
 */
export async function registeredBy(build: () => unknown): Promise<RegisteredResource[]> {
  const resources: RegisteredResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        resources.push({ type, name, inputs: unwrapSecrets(inputs) as Record<string, unknown> });
        return { id: `${name}-id`, state: inputs };
      },
      call: ({ inputs }) => inputs,
    },
    "genai",
    "test",
    false,
  );
  await build();
  await pulumi.runtime.disconnect();
  return resources;
}

const secretSignature = "4dabf18193072939515e22adb298388d";

function unwrapSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (secretSignature in value && "value" in value) return unwrapSecrets(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unwrapSecrets(member)]));
}
