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
