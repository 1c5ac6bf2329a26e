import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Every object of a kind that the cluster brings itself begins like this. */
export interface CustomResourceArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: kubernetes.types.input.meta.v1.ObjectMeta;
}

/** A Pulumi resource class for a kind that the cluster brings itself. */
export function customResource<Args extends CustomResourceArgs>(apiVersion: string, kind: string) {
  return class extends kubernetes.apiextensions.CustomResource {
    constructor(name: string, args: Args, options?: pulumi.CustomResourceOptions) {
      super(name, { ...args, apiVersion, kind }, options);
    }
  };
}
