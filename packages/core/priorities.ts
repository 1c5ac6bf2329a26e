/** Names of the platform's PriorityClasses. */
export const priorityClassNames = {
  /** What others stand on: queues and stores. */
  system: "genai-system",
  /** Everything that answers users. */
  serving: "genai-serving",
  /** Work that waits: workers and pipelines. */
  batch: "genai-batch",
  /** Work that may end at any time, and drives nothing out. */
  preemptible: "genai-preemptible",
} as const;
