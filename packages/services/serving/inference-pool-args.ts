/** How a Gateway of the cluster reaches a model: an InferencePool, and an endpoint picker beside it. */
export interface InferencePoolSettings {
  /** Name of the Gateway, which somebody else looks after. */
  gateway: string;
  /** Its namespace. */
  gatewayNamespace: string;
  /** Namespace of its proxies, which alone may connect from outside. @default the Gateway's own */
  proxyNamespace?: string;
  /** Host name of the model at that Gateway. */
  host: string;
  /** Name of the pool that the endpoint picker runs on. */
  pool: string;
  /**
   * What becomes of requests while the picker does not answer: `open`, the Gateway sends them to any replica; `close`, it refuses
   * them. @default open
   */
  whenPickerFails?: "open" | "close";
}

/** Namespace of the proxies of a Gateway. */
export function proxyNamespaceOf({
  proxyNamespace,
  gatewayNamespace,
}: Pick<InferencePoolSettings, "proxyNamespace" | "gatewayNamespace">): string {
  return proxyNamespace ?? gatewayNamespace;
}

/** Name of the picker of a model, and of everything that belongs to it. */
export function pickerName(model: string): string {
  return `${model}-picker`;
}
