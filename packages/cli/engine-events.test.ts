import { assert } from "@genai/testing";
import { readEngineEvents } from "./engine-events.ts";

describe("readEngineEvents", () => {
  it("reads changes, violations, errors and steps, and passes over a cut line", () => {
    const urn = "urn:pulumi:dev::genai::kubernetes:core/v1:ConfigMap::chat-config";
    const log = [
      { resourcePreEvent: { metadata: { op: "same", urn, type: "kubernetes:core/v1:ConfigMap" } } },
      { resourcePreEvent: { metadata: { op: "update", urn, type: "kubernetes:core/v1:ConfigMap", diffs: ["data"] } } },
      {
        policyEvent: {
          enforcementLevel: "mandatory",
          policyName: "probes",
          message: "<{%bold%}>no probe<{%reset%}>\n",
        },
      },
      { policyEvent: { enforcementLevel: "advisory", policyName: "spread", message: "one zone" } },
      { diagnosticEvent: { severity: "error", message: "<{%reset%}>boom<{%reset%}>" } },
      { summaryEvent: { resourceChanges: { update: 1, same: 4 } } },
    ]
      .map((event) => JSON.stringify(event))
      .join("\n");
    assert.deepEqual(readEngineEvents(`${log}\n{"summaryEvent": {"resou`), {
      changes: { update: 1, same: 4 },
      violations: 1,
      policyMessages: ["[mandatory] probes: no probe", "[advisory] spread: one zone"],
      errors: ["boom"],
      steps: ["update kubernetes:core/v1:ConfigMap chat-config [data]"],
    });
  });
});
