/** Writes one line of JSON to the standard output; never a message's or document's content, never a secret. */
export function log(event: string, details: Readonly<Record<string, unknown>> = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), event, ...details }));
}
