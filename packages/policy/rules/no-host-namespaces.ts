import { containersOf } from "../objects.ts";
import { onPods, type Rule } from "../rule.ts";

const hostNamespaces = ["hostNetwork", "hostPID", "hostIPC"] as const;

export const noHostNamespaces: Rule = {
  name: "no-host-namespaces",
  description:
    "Pods stay out of the node's network, process and IPC namespaces, where NetworkPolicy and isolation end.",
  check: onPods((pod) => [
    ...hostNamespaces.filter((name) => pod[name]).map((name) => `its Pods use ${name}; remove it`),
    ...containersOf(pod).flatMap(({ name, ports = [] }) =>
      ports
        .filter(({ hostPort }) => hostPort)
        .map(({ hostPort }) => `container ${name} takes port ${hostPort} of the node; use a Service`),
    ),
  ]),
};
