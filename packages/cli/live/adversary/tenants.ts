/** Tenants of the besieged gateway: research attacks, support is its neighbour. */
export type Tenant = "research" | "support";

/** Each tenant's model of every kind, and a prompt in front of the first. */
export const modelsOf = {
  research: { chat: "chat", embeds: "documents", ranks: "ranking", prompt: "assistant" },
  support: { chat: "code", embeds: "vectors", ranks: "order", prompt: "greeting" },
} as const satisfies Record<Tenant, Record<string, string>>;

/** Answers in `chat`'s place. */
export const spareModel = "spare";

/** Whose a model is. */
export function tenantOf(model: string): Tenant {
  return Object.values<string>(modelsOf.support).includes(model) ? "support" : "research";
}
