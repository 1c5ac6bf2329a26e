/** What an engine operation did, read from its event log. */
export interface EngineResult {
  /** Resources by operation: `{ create: 3, same: 20 }`; a preview says what an update would do. */
  changes: Record<string, number>;
  /** Mandatory policy violations. */
  violations: number;
  /** Policy messages of any level: `[mandatory] rule: message`. */
  policyMessages: string[];
  /** Error messages, without colour codes. */
  errors: string[];
  /** What changes, one a resource: `update kubernetes:apps/v1:Deployment chat-deployment [spec.template…]`. */
  steps: string[];
}

interface EngineEvent {
  summaryEvent?: { resourceChanges?: Record<string, number> };
  policyEvent?: { enforcementLevel: string; policyName: string; message: string };
  diagnosticEvent?: { severity: string; message: string };
  resourcePreEvent?: { metadata: { op: string; urn: string; type: string; diffs?: string[] } };
}

/** Reads a JSON-lines event log; a line cut short by a killed engine is passed over. */
export function readEngineEvents(log: string): EngineResult {
  const result: EngineResult = { changes: {}, violations: 0, policyMessages: [], errors: [], steps: [] };
  for (const line of log.split("\n")) {
    const event = parse(line);
    if (event?.summaryEvent) result.changes = event.summaryEvent.resourceChanges ?? {};
    if (event?.policyEvent) {
      const { enforcementLevel, policyName, message } = event.policyEvent;
      if (enforcementLevel === "mandatory") result.violations++;
      result.policyMessages.push(`[${enforcementLevel}] ${policyName}: ${plain(message)}`);
    }
    if (event?.diagnosticEvent?.severity === "error") result.errors.push(plain(event.diagnosticEvent.message));
    const step = event?.resourcePreEvent?.metadata;
    if (step && step.op !== "same") {
      const name = step.urn.split("::").at(-1) ?? step.urn;
      result.steps.push(`${step.op} ${step.type} ${name}${step.diffs?.length ? ` [${step.diffs.join(", ")}]` : ""}`);
    }
  }
  return result;
}

function parse(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}

/** Removes the engine's colour marks (`<{%reset%}>`). */
function plain(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}
