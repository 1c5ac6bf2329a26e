import { onContainers, type Rule } from "../rule.ts";

export const pinnedImages: Rule = {
  name: "pinned-images",
  description: "Images name a version or a digest: with latest, two replicas may run different programs.",
  check: onContainers(({ image = "" }) => {
    if (/@sha256:[0-9a-f]{64}$/.test(image)) return [];
    const tag = /:([^:/]+)$/.exec(image)?.[1] ?? "latest";
    return tag === "latest"
      ? [`has the image ${image || "of no name"}, which is not pinned; name a version or a digest`]
      : [];
  }),
};
