import { meshes } from "@genai/core";
import { dnsName, listOf, namesOf, oneOf, strictMap } from "./fields.ts";

/** `genai:cluster.mesh`: what encrypts the traffic between Pods. */
export const meshSchema = strictMap({
  kind: oneOf(namesOf(meshes), `a mesh that the platform knows: ${namesOf(meshes).join(" or ")}`).meta({
    description: "The mesh that the cluster runs: istioAmbient is Istio 1.24 or newer in ambient mode.",
    examples: ["istioAmbient"],
  }),
  namespaces: listOf(
    dnsName("a namespace's name").meta({
      description:
        "Namespace besides the platform's whose Pods are in the mesh, or are gateways of Istio's own: who calls the platform has to be.",
      examples: ["ingress-nginx"],
    }),
    "namespace; leave the key out for none",
  )
    .default([])
    .meta({ description: "Namespaces of the cluster's own from which the platform is called." }),
})
  .optional()
  .meta({ description: "The service mesh that encrypts all traffic between Pods. Default: none, plain HTTP and TCP." });
