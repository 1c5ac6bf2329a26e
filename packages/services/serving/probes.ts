/** Name of the container port that probes, Service and NetworkPolicy refer to. */
export const httpPortName = "http";

const startupPeriodSeconds = 10;

/**
 * Probes of a server whose `path` answers without a key, and only once it can serve. Until the startup probe has succeeded the others
 * wait, so that loading weights is never mistaken for a hang; health is answered only once the engine can generate, hence it serves
 * readiness as well.
 *
 * @param startupSeconds Longest time from the start of the container to the first answer.
 */
export function httpProbes(path: string, startupSeconds: number) {
  const httpGet = { path, port: httpPortName };
  return {
    startupProbe: {
      httpGet,
      periodSeconds: startupPeriodSeconds,
      timeoutSeconds: 5,
      failureThreshold: Math.ceil(startupSeconds / startupPeriodSeconds),
    },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
    // A minute: a restart costs the whole start again, and a long prefill may delay answers.
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
  };
}
