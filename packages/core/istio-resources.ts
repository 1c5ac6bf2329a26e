import { customResource, type CustomResourceArgs } from "./custom-resource.ts";

/** Pods by their labels; all Pods of the namespace where it is left out. */
interface WorkloadSelector {
  matchLabels: Readonly<Record<string, string>>;
}

interface MutualTls {
  /** What becomes of connections without TLS of the mesh: refused (`STRICT`) or accepted (`PERMISSIVE`). */
  mode: "STRICT" | "PERMISSIVE";
}

/** Whether Pods accept plain text (security.istio.io/v1, as far as the platform uses it). */
export interface PeerAuthenticationArgs extends CustomResourceArgs {
  spec: {
    selector?: WorkloadSelector;
    mtls: MutualTls;
    /** By the number of the Pods' own port, which is not that of their Service; takes a selector. */
    portLevelMtls?: Readonly<Record<string, MutualTls>>;
  };
}

/** Whom a rule lets in. Members of one source must all hold. */
export interface AuthorizationSource {
  /** Identities from certificates, `<trust domain>/ns/<namespace>/sa/<service account>`; `*` at an end stands for anything. */
  principals?: readonly string[];
  namespaces?: readonly string[];
  notNamespaces?: readonly string[];
}

/** Who may connect, and where. */
export interface AuthorizationRule {
  /** Any of these. @default anybody, without an identity too */
  from?: readonly { source: AuthorizationSource }[];
  /** @default every port */
  to?: readonly { operation: { ports: readonly string[] } }[];
}

/** Who may connect to Pods (security.istio.io/v1, as far as the platform uses it): once a Pod is selected, nobody but by a rule. */
export interface AuthorizationPolicyArgs extends CustomResourceArgs {
  spec: {
    selector?: WorkloadSelector;
    action: "ALLOW";
    rules: readonly AuthorizationRule[];
  };
}

/** API version of Istio's security kinds, served since Istio 1.22. */
export const istioSecurityVersion = "security.istio.io/v1";

/** For a cluster that runs Istio. */
export const PeerAuthentication = customResource<PeerAuthenticationArgs>(istioSecurityVersion, "PeerAuthentication");

/** For a cluster that runs Istio. */
export const AuthorizationPolicy = customResource<AuthorizationPolicyArgs>(istioSecurityVersion, "AuthorizationPolicy");
