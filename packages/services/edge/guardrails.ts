/** What LiteLLM's own content filter finds, of its `patterns.json` at the pinned version: what identifies people, and keys of programs. */
export const guardrailPatterns = [
  "email",
  "credit_card",
  "iban",
  "us_ssn",
  "us_phone",
  "aws_access_key",
  "aws_secret_key",
  "github_token",
  "slack_token",
  "generic_api_key",
  "ipv4",
  "ipv6",
] as const;

/** What is done with what is found: replaced by its name, or the request is refused. */
export const guardrailActions = ["mask", "block"] as const;

/** What becomes of what, in questions and answers of all tenants. */
export type Guardrails = Partial<Record<(typeof guardrailPatterns)[number], (typeof guardrailActions)[number]>>;
