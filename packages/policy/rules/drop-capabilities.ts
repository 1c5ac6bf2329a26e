import { onContainers, type Rule } from "../rule.ts";

export const dropCapabilities: Rule = {
  name: "drop-capabilities",
  description:
    "Containers drop all Linux capabilities and add none but NET_BIND_SERVICE, as the restricted Pod Security Standard has it.",
  check: onContainers(({ securityContext }) => {
    const { drop = [], add = [] } = securityContext?.capabilities ?? {};
    const added = add.filter((capability) => capability !== "NET_BIND_SERVICE");
    return [
      ...(drop.includes("ALL") ? [] : ["keeps capabilities; set securityContext.capabilities.drop: [ALL]"]),
      ...(added.length > 0 ? [`adds the capabilities ${added.join(", ")}; remove them`] : []),
    ];
  }),
};
