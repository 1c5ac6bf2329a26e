import { onContainers, type Rule } from "../rule.ts";

export const noLiteralSecrets: Rule = {
  name: "no-literal-secrets",
  description:
    "Keys, tokens and passwords reach containers by reference to a Secret: literal ones are shown by every kubectl describe.",
  check: onContainers(({ env = [] }) =>
    env
      .filter(({ name, value }) => /(^|_)(API_?KEY|KEY|TOKEN|PASSWORD|SECRET|CREDENTIALS?)$/i.test(name) && value)
      .map(({ name }) => `has ${name} as a literal value; use valueFrom.secretKeyRef`),
  ),
};
