/**
 * A token for the API server, for the few Pods that ask it: projected, short-lived and renewed by the kubelet, in place of the one
 * that every Pod would get. Client libraries look for it at `apiAccessDirectory`.
 */
export function apiAccessVolume(name = "api-access") {
  return {
    name,
    projected: {
      defaultMode: 0o444,
      sources: [
        { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
}

/** Where `apiAccessVolume` is mounted. */
export const apiAccessDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";
