/** Seconds between two tokens of one answer under load. Source: llm-d PR 1653, mean 47 ms (Qwen3-32B on H100), rounded up. */
export const secondsPerToken = 0.05;

/** Longest answer where nothing is said, in tokens. The server enforces it, because the drain time follows from it. */
export const defaultMaximumOutputTokens = 4096;

/** How long a terminating server is given for each step. All in seconds. */
export interface DrainBudget {
  /** Wait before the stop signal, while endpoint removal reaches every client. KServe's LLM template waits as long. */
  preStopSeconds: number;
  /** What the engine may take to finish the answers it has begun (vLLM's `--shutdown-timeout`). */
  drainSeconds: number;
  /** `terminationGracePeriodSeconds`: both of the above and the time the process needs to exit. */
  gracePeriodSeconds: number;
}

/** Seconds before the stop signal, in which clients learn that a Pod goes. */
export const preStopSeconds = 15;

/** Seconds that a process may take to end when its work is done. */
export const exitSeconds = 10;

/** Time to stop without cutting off an answer: the longest one that a server of this setting may have just begun. */
export function drainBudget(
  maximumOutputTokens: number = defaultMaximumOutputTokens,
  perToken: number = secondsPerToken,
): DrainBudget {
  const drainSeconds = Math.ceil(maximumOutputTokens * perToken);
  return { preStopSeconds, drainSeconds, gracePeriodSeconds: preStopSeconds + drainSeconds + exitSeconds };
}
