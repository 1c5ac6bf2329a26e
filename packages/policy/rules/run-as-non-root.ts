import { onContainers, type Rule } from "../rule.ts";

export const runAsNonRoot: Rule = {
  name: "run-as-non-root",
  description: "Containers do not run as root: root in a container is root to every file of the node it gets hold of.",
  check: onContainers(({ securityContext }, pod) => {
    const user = securityContext?.runAsUser ?? pod.securityContext?.runAsUser;
    if (user === 0) return ["runs as user 0; set securityContext.runAsUser to another user"];
    const nonRoot = securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot;
    return nonRoot ? [] : ["may run as root; set securityContext.runAsNonRoot: true"];
  }),
};
