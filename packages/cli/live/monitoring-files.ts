import type { KubernetesObject } from "@genai/core";

/** The files in the ConfigMaps of a rendered stack's add-on, by their names. @throws If there is no such add-on. */
export function filesOf(objects: readonly KubernetesObject[], addon: string): Record<string, string> {
  const files = objects.flatMap((object) => {
    const { labels } = object.metadata as { labels: Record<string, string> };
    const isOwn = object.kind === "ConfigMap" && labels["app.kubernetes.io/instance"] === addon;
    return isOwn ? Object.entries((object as { data?: Record<string, string> }).data ?? {}) : [];
  });
  if (files.length === 0) throw new Error(`the stack has no ConfigMap of ${addon}`);
  return Object.fromEntries(files);
}
