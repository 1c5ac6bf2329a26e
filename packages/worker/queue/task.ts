/** What a worker does with a message. */
export interface Task {
  /**
   * Does the work, and returns the answer if there is one. It may be asked twice for the same message, and must then leave what one
   * call leaves.
   * @throws {RefusedError} If doing it again cannot help; any other error is tried again.
   */
  run(body: string, signal: AbortSignal): Promise<string | undefined>;
  /** Closes what the task has open. */
  close(): Promise<void>;
}

/** The message or document itself is wrong, and trying it again is of no use. */
export class RefusedError extends Error {
  override name = "RefusedError";
}
