// What it registers comes from the test, as [{ type, name, inputs, options }] in $CONTRACT.
import * as pulumi from "@pulumi/pulumi";

const made = {};
for (const { type, name, inputs, options } of JSON.parse(process.env.CONTRACT))
  made[name] = new pulumi.CustomResource(type, name, { ...inputs, ...outputs(type) }, options);

export const results = Object.fromEntries(Object.entries(made).map(([name, { result }]) => [name, result]));

// A resource class names its outputs by undefined inputs; here only those of the random provider are looked at.
function outputs(type) {
  return type.startsWith("random:") ? { result: undefined } : {};
}
