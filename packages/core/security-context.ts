/** A numeric user that no image defines, above the range of system users; also used as group and fsGroup. */
export const unprivilegedUser = 65532;

/** Pod security context that satisfies the Pod Security Standard `restricted`. */
export const restrictedPodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: unprivilegedUser,
  runAsGroup: unprivilegedUser,
  fsGroup: unprivilegedUser,
  seccompProfile: { type: "RuntimeDefault" },
};

/** Container security context that satisfies `restricted`, with a read-only root file system on top. */
export const restrictedContainerSecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
};

/**
 * Labels of a namespace that takes Pods of the standard `restricted` alone. The newest version of the standard, whatever the
 * cluster's: a cluster upgrade then tightens it everywhere at once.
 */
export const restrictedNamespaceLabels: Readonly<Record<string, string>> = Object.fromEntries(
  ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, "latest"],
  ]),
);
