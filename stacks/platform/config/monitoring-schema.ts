import type { MonitoringConfiguration } from "@genai/addons";
import { z } from "zod";
import { dnsName, mapOf, oneOf, strictMap, text, textLike } from "./fields.ts";

const modes = ["prometheus", "existing", "operator", "none"] as const;

const monitoring = strictMap({
  mode: oneOf(modes)
    .optional()
    .meta({
      description:
        "Who monitors: prometheus (the platform's own), existing (a Prometheus that finds Pods by annotations), operator (the Prometheus operator) or none. Default: existing where namespace is given, else prometheus.",
      examples: ["operator"],
    }),
  namespace: dnsName("a namespace's name")
    .optional()
    .meta({
      description: "Namespace of a Prometheus that the cluster already has: it may scrape every server.",
      examples: ["monitoring"],
    }),
  labels: mapOf(
    text("a label's value").meta({ description: "The label's value.", examples: ["kube-prometheus-stack"] }),
    "labels to their values",
  )
    .default({})
    .meta({
      description: "With mode operator: labels by which its Prometheus selects monitors and rules.",
      examples: [{ release: "kube-prometheus-stack" }],
    }),
  runbooks: textLike(
    /^https?:\/\/\S*[^/\s]$/,
    "an address without a slash at its end, such as https://wiki.example.com/runbooks",
  )
    .optional()
    .meta({
      description: "Where the pages of docs/runbooks are to be read, for the links in alerts.",
      examples: ["https://wiki.example.com/runbooks"],
    }),
});

/** `genai:monitoring`: who monitors the stack. Until it had a mode, a namespace alone meant `existing`. */
export const monitoringSchema = monitoring
  .transform(({ mode, namespace, ...rest }, context): MonitoringConfiguration => {
    const chosen = mode ?? (namespace === undefined ? "prometheus" : "existing");
    if (chosen === "prometheus" || chosen === "none") {
      if (namespace === undefined) return { ...rest, mode: chosen };
      context.addIssue({
        code: "custom",
        path: ["namespace"],
        message: `${JSON.stringify(namespace)} given; with mode ${chosen} there is no other Prometheus to name: remove it, or set mode: existing`,
      });
      return z.NEVER;
    }
    if (namespace !== undefined) return { ...rest, mode: chosen, namespace };
    context.addIssue({
      code: "custom",
      path: ["namespace"],
      message: `is missing; mode ${chosen} needs the namespace of the cluster's Prometheus, which is then let in to read metrics`,
    });
    return z.NEVER;
  })
  .prefault({})
  .meta({ description: "Who monitors the stack." });
