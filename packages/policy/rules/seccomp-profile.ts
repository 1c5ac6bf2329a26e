import { onContainers, type Rule } from "../rule.ts";

export const seccompProfile: Rule = {
  name: "seccomp-profile",
  description:
    "Containers run under the runtime's seccomp profile or one of their own; without one every system call is open.",
  check: onContainers(({ securityContext }, pod) => {
    const type = (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type;
    return type === "RuntimeDefault" || type === "Localhost"
      ? []
      : [`has the seccomp profile ${type ?? "of nobody"}; set securityContext.seccompProfile.type: RuntimeDefault`];
  }),
};
