/** Where client libraries look for what a Pod needs to call the API server. */
const directory = "/var/run/secrets/kubernetes.io/serviceaccount";

const volumeName = "api-token";

/** Seconds that a token is valid; the kubelet renews it when four fifths have passed. An hour is Kubernetes' own choice. */
const tokenSeconds = 3607;

/**
 * The token of a Pod's ServiceAccount as a volume: what `automountServiceAccountToken` would mount into every container, for the
 * containers that name it alone. Beside the token: the API server's certificate authority and the Pod's namespace.
 */
export const apiTokenVolume = {
  name: volumeName,
  projected: {
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: tokenSeconds } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
    ],
  },
};

/** Mounts `apiTokenVolume` into a container that calls the API server. */
export const apiTokenMount = { name: volumeName, mountPath: directory, readOnly: true };
