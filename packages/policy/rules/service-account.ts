import { onPods, type Rule } from "../rule.ts";

export const serviceAccount: Rule = {
  name: "service-account",
  description: "Pods have a ServiceAccount of their own and no API token that nobody asked for.",
  check: onPods(({ serviceAccountName = "default", automountServiceAccountToken }) => [
    ...(serviceAccountName === "default" ? ["its Pods use the ServiceAccount default; make one for them"] : []),
    ...(automountServiceAccountToken === false
      ? []
      : [
          "its Pods get an API token; set automountServiceAccountToken: false, and project a token where one is needed",
        ]),
  ]),
};
