/** What is promised of a model server; alert rules hold it against what is measured. */
export interface ModelObjectives {
  /** Name of the server: value of the label `workload`. */
  workload: string;
  namespace: string;
  tenant: string;
  /** Seconds from a container's start to its first answer at most: the budget of its startup probe. */
  startupSeconds: number;
  /** Seconds in which 95 of 100 requests get their first token. */
  timeToFirstTokenSeconds: number;
}
