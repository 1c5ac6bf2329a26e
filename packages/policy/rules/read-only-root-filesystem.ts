import { onContainers, type Rule } from "../rule.ts";

export const readOnlyRootFilesystem: Rule = {
  name: "read-only-root-filesystem",
  description: "Containers write to volumes only: an intruder then finds no place to put a program.",
  check: onContainers(({ securityContext }) =>
    securityContext?.readOnlyRootFilesystem
      ? []
      : [
          "has a writable root filesystem; set securityContext.readOnlyRootFilesystem: true and mount an emptyDir where it writes",
        ],
  ),
};
