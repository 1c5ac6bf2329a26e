/** An HTTP answer that a kubelet asks a container for. */
export interface ProbePath {
  /** Path of the request. */
  path: string;
  /** Number or name of the port. */
  port: number | string;
  /** @default HTTP */
  scheme?: "HTTP" | "HTTPS";
}

/** Asks every ten seconds and gives up at the third failure: what most add-ons' own manifests do. */
export function httpProbe({ path, port, scheme = "HTTP" }: ProbePath) {
  return { httpGet: { path, port, scheme }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };
}
