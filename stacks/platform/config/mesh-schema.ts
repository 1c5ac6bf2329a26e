import { meshes } from "@genai/core";
import { dnsName, listOf, namesOf, oneOf, strictMap } from "./fields.ts";

/** `genai:cluster.mesh`: what encrypts the traffic between Pods. */
export const meshSchema = strictMap({
  kind: oneOf(namesOf(meshes)).meta({
    description: "The mesh that the cluster runs: istioAmbient is Istio 1.24 or newer in ambient mode.",
    examples: ["istioAmbient"],
  }),
  namespaces: listOf(dnsName("a namespace's name"), "namespace; leave the key out for none")
    .default([])
    .meta({
      description:
        "Namespaces besides the platform's whose Pods are in the mesh, or are gateways of Istio's own: what calls the platform from outside of it must be.",
      examples: [["ingress-nginx"]],
    }),
})
  .optional()
  .meta({ description: "The service mesh that encrypts all traffic between Pods. Default: none, plain HTTP and TCP." });
