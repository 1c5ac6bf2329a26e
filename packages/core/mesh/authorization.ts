import { type AuthorizationRule, type AuthorizationSource, istioSecurityVersion } from "../istio-resources.ts";
import type { ObjectOf } from "../kinds.ts";
import { type IngressRule, type Peer, plainPolicy } from "./network-policy.ts";
import { type MeshPods, portNumber, selectedBy } from "./pods.ts";

/**
 * What a NetworkPolicy lets in, as the mesh has to repeat it: who passes the policy at the tunnel's port could otherwise ask for any port
 * behind it. Never narrower than the policy, and as narrow as the mesh can tell callers apart: by namespace, or by ServiceAccount where
 * the callers are Pods of the same component.
 * @param pods The component's own.
 * @returns Nothing where the policy lets nobody in, and where it selects by expressions, which a mesh cannot: that is for Pods which have
 *   no policy of their own, and these are open to whom it names at every port anyway.
 */
export function authorizationOf(
  policy: ObjectOf<"NetworkPolicy">,
  pods: readonly MeshPods[],
): ObjectOf<"AuthorizationPolicy"> | undefined {
  const { metadata, spec } = plainPolicy(policy);
  const { matchLabels = {}, matchExpressions } = spec.podSelector;
  const ingress = spec.ingress ?? [];
  if (ingress.length === 0 || matchExpressions) return undefined;
  const selected = selectedBy(pods, matchLabels);
  return {
    apiVersion: istioSecurityVersion,
    kind: "AuthorizationPolicy",
    metadata,
    spec: {
      ...(Object.keys(matchLabels).length > 0 && { selector: { matchLabels } }),
      action: "ALLOW",
      rules: ingress.flatMap((rule): AuthorizationRule[] => {
        const others = ingress.filter((other) => other !== rule).flatMap((other) => namesIn(other));
        const elsewhere = distinct(others.filter((name) => !namesIn(rule).includes(name)));
        const sources = rule.from?.map((peer) => sourceOf(peer, metadata.namespace, pods, elsewhere));
        // UDP goes past the mesh.
        const ports = rule.ports
          ?.filter(({ protocol }) => protocol !== "UDP")
          .map(({ port = "" }) => String(portNumber(port, selected, `NetworkPolicy ${metadata.name}`)));
        if (ports?.length === 0) return [];
        return [
          {
            ...(sources && { from: distinct(sources).map((source) => ({ source })) }),
            ...(ports && { to: [{ operation: { ports } }] }),
          },
        ];
      }),
    },
  };
}

const namespaceName = "kubernetes.io/metadata.name";

/** The namespaces that a rule names. */
function namesIn({ from = [] }: IngressRule): string[] {
  return from.flatMap(({ namespaceSelector }) => namespaceSelector?.matchLabels?.[namespaceName] ?? []);
}

/**
 * Who a peer is to the mesh. Where labels of its namespace tell, which the mesh does not see, or an address, it is anybody but from the
 * namespaces that other rules name, for other ports.
 */
function sourceOf(
  { namespaceSelector, podSelector, ipBlock }: Peer,
  own: string,
  pods: readonly MeshPods[],
  elsewhere: readonly string[],
): AuthorizationSource {
  const namespace = namespaceSelector ? namespaceSelector.matchLabels?.[namespaceName] : own;
  if (namespace === undefined || ipBlock)
    return { principals: ["*"], ...(elsewhere.length > 0 && { notNamespaces: elsewhere }) };
  const labels = podSelector?.matchLabels ?? {};
  // Labels without an instance may be those of other components' Pods too.
  const callers = namespace === own && labels["app.kubernetes.io/instance"] ? selectedBy(pods, labels) : [];
  const accounts = [...new Set(callers.flatMap(({ serviceAccount }) => serviceAccount ?? []))];
  return accounts.length > 0
    ? { principals: accounts.map((account) => `*/ns/${namespace}/sa/${account}`) }
    : { namespaces: [namespace] };
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
