interface Status {
  message?: string;
  reason?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The API server refused a request. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  readonly status: number;
  /** Kubernetes' reason: `AlreadyExists`, `Conflict`, `Invalid`, `NotFound`, … */
  readonly reason: string;
  /** What exactly, by field. */
  readonly causes: { reason?: string; message?: string; field?: string }[];

  constructor(status: number, body: unknown) {
    const answer = (typeof body === "object" && body !== null ? body : {}) as Status;
    super(answer.message ?? `HTTP ${status}: ${String(body).slice(0, 200)}`);
    this.status = status;
    this.reason = answer.reason ?? "";
    this.causes = answer.details?.causes ?? [];
  }
}

/** The API server does not answer. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(server: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`The embedded cluster at ${server} does not answer (${why}). Start it: npm start`, { cause });
  }
}

/** Whether an error says that an object is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 404;
}
