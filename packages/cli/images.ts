import type { ImageReport } from "@genai/sandbox";
import { containersOf, type KubernetesObject, podSpecsOf } from "@genai/policy";

/** The images of all Pods that these objects make, each once, in order. */
export function deployedImages(objects: readonly object[]): string[] {
  const images = objects
    .flatMap((object) => podSpecsOf(object as KubernetesObject))
    .flatMap((pod) => containersOf(pod).flatMap(({ image }) => image ?? []));
  return [...new Set(images)].toSorted();
}

/** Names of the Secrets that Pods of these objects read and that are not among them: the user makes those, on a cluster of their own. */
export function absentSecrets(objects: readonly object[]): string[] {
  const kubernetes = objects as readonly KubernetesObject[];
  const made = new Set(kubernetes.flatMap(({ kind, metadata }) => (kind === "Secret" ? (metadata?.name ?? []) : [])));
  const read = kubernetes
    .flatMap(podSpecsOf)
    .flatMap(containersOf)
    .flatMap(({ env = [] }) => env.flatMap((each) => each.valueFrom?.secretKeyRef?.name ?? []));
  return [...new Set(read)].filter((name) => !made.has(name)).toSorted();
}

/** What `up` says of images that were not pulled: what runs in their place, and in what it differs. */
export function imageNotes(reports: readonly ImageReport[]): string[] {
  const notes = reports.filter(({ obtained }) => obtained !== "pulled");
  if (notes.length === 0) return [];
  const word = (report: ImageReport) => (report.obtained === "unavailable" ? "simulated" : report.obtained);
  const width = Math.max(...notes.map((report) => word(report).length));
  return [
    "Images that were not pulled:",
    ...notes.map((report) => {
      const what = `${word(report).padEnd(width)}  ${report.reference}: ${report.from}.`;
      return `  ${what} ${report.obtained === "stand-in" ? (report.differs ?? "") : ""}`.trimEnd();
    }),
  ];
}
