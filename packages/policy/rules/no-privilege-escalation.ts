import { onContainers, type Rule } from "../rule.ts";

export const noPrivilegeEscalation: Rule = {
  name: "no-privilege-escalation",
  description: "Containers are not privileged and cannot gain privileges: a broken model file must not own the node.",
  check: onContainers(({ securityContext }) => [
    ...(securityContext?.privileged ? ["is privileged; remove securityContext.privileged"] : []),
    ...(securityContext?.allowPrivilegeEscalation === false
      ? []
      : ["may gain privileges; set securityContext.allowPrivilegeEscalation: false"]),
  ]),
};
