import { assert } from "@genai/testing";
import type { KubernetesObject, KubernetesObjects, ObjectOf } from "../kinds.ts";
import { apiServerEgress, dnsEgress, internetEgress, namespaceNamed } from "../network.ts";
import type { NetworkEdges } from "../workload-objects.ts";
import { closedExceptFor } from "../workload-objects.ts";
import { meshed } from "./mesh.ts";

const identity = (instance: string) => ({ "app.kubernetes.io/name": "store", "app.kubernetes.io/instance": instance });
const labels = identity("main");
const metadata = { name: "main", namespace: "tenant-research", labels };

const deployment: ObjectOf<"Deployment"> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: "main-account",
        containers: [
          {
            name: "store",
            ports: [
              { name: "http", containerPort: 6333 },
              { name: "peers", containerPort: 6335 },
            ],
          },
        ],
      },
    },
  },
};

const tcp = (port: number | string) => ({ protocol: "TCP", port });

/** What comes of a component with these edges, as JSON gives it. */
function withEdges(edges: NetworkEdges) {
  const objects = meshed({ deployment, edges: closedExceptFor(metadata, labels, edges) }, "istioAmbient");
  const { edges: policy, edgesAuthorization: authorization } = objects;
  return JSON.parse(JSON.stringify({ policy: specOf(policy), authorization: specOf(authorization) }));
}

const specOf = (object: KubernetesObject | undefined) => (object as { spec?: object } | undefined)?.spec;

describe("a component in an ambient mesh", () => {
  it("has its namespace in the mesh, where plain text is refused and the kubelet may probe", () => {
    const namespace: ObjectOf<"Namespace"> = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "tenant-research", labels: { tenant: "research" } },
    };
    const objects = JSON.parse(JSON.stringify(meshed({ namespace }, "istioAmbient")));
    assert.deepEqual(objects.namespace.metadata, {
      name: "tenant-research",
      labels: { tenant: "research", "istio.io/dataplane-mode": "ambient" },
    });
    assert.deepEqual(objects.namespaceMutualTls, {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "default", namespace: "tenant-research", labels: { tenant: "research" } },
      spec: { mtls: { mode: "STRICT" } },
    });
    assert.deepEqual(objects.namespaceProbes.spec, {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { ipBlock: { cidr: "169.254.7.127/32" } },
            { ipBlock: { cidr: "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128" } },
          ],
        },
      ],
    });
  });

  it("opens the tunnel's port to whom it opens another, and repeats in the mesh which one", () => {
    const { policy, authorization } = withEdges({
      ingress: [
        { from: [{ podSelector: {} }, namespaceNamed("genai-addons")], ports: [tcp("http")] },
        { from: [{ podSelector: { matchLabels: labels } }], ports: [tcp("peers"), { protocol: "UDP", port: "peers" }] },
      ],
      egress: [{ to: [{ podSelector: { matchLabels: labels } }], ports: [tcp("peers")] }],
    });
    assert.deepEqual(
      policy.ingress.map(({ ports }: { ports: object[] }) => ports.at(-1)),
      [tcp(15008), tcp(15008)],
    );
    assert.deepEqual(policy.egress[0].ports, [tcp("peers"), tcp(15008)]);
    assert.deepEqual(authorization, {
      selector: { matchLabels: labels },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { namespaces: ["tenant-research"] } }, { source: { namespaces: ["genai-addons"] } }],
          to: [{ operation: { ports: ["6333"] } }],
        },
        {
          from: [{ source: { principals: ["*/ns/tenant-research/sa/main-account"] } }],
          to: [{ operation: { ports: ["6335"] } }],
        },
      ],
    });
  });

  it("takes for anybody in the mesh whom only labels of a namespace or an address tell", () => {
    const namespaceSelector = { matchLabels: { "genai.platform/gateway": "true" } };
    const { authorization } = withEdges({
      ingress: [{ from: [{ namespaceSelector }, { ipBlock: { cidr: "10.0.0.0/8" } }], ports: [tcp("http")] }],
    });
    assert.deepEqual(authorization.rules, [
      { from: [{ source: { principals: ["*"] } }], to: [{ operation: { ports: ["6333"] } }] },
    ]);
  });

  it("keeps from anybody's ports whom another rule names", () => {
    const namespaceSelector = { matchLabels: { "genai.platform/gateway": "true" } };
    const { authorization } = withEdges({
      ingress: [
        { from: [{ namespaceSelector }, namespaceNamed("gateways")], ports: [tcp("http")] },
        { from: [namespaceNamed("genai-addons"), namespaceNamed("gateways")], ports: [tcp("peers")] },
      ],
    });
    assert.deepEqual(authorization.rules[0].from, [
      { source: { principals: ["*"], notNamespaces: ["genai-addons"] } },
      { source: { namespaces: ["gateways"] } },
    ]);
  });

  it("asks nothing of the mesh for UDP, which goes past it", () => {
    const ingress = [{ from: [{ podSelector: {} }], ports: [{ protocol: "UDP", port: "peers" }] }];
    assert.deepEqual(withEdges({ ingress }).authorization.rules, []);
  });

  it("takes Pods of other components, and of other namespaces, for their whole namespace", () => {
    const namesake = { ...namespaceNamed("tenant-support"), podSelector: { matchLabels: labels } };
    const { rules } = withEdges({ ingress: [{ from: [namesake] }] }).authorization;
    assert.deepEqual(rules, [{ from: [{ source: { namespaces: ["tenant-support"] } }] }]);
    const others = [{ podSelector: { matchLabels: identity("other") } }, { podSelector: { matchLabels: { a: "b" } } }];
    const { authorization } = withEdges({ ingress: [{ from: others }] });
    assert.deepEqual(authorization.rules, [{ from: [{ source: { namespaces: ["tenant-research"] } }] }]);
  });

  it("opens the tunnel to anybody where everybody may connect", () => {
    const { policy, authorization } = withEdges({ ingress: [{ ports: [tcp("http")] }] });
    assert.deepEqual(policy.ingress, [{ ports: [tcp("http"), tcp(15008)] }]);
    assert.deepEqual(authorization.rules, [{ to: [{ operation: { ports: ["6333"] } }] }]);
  });

  it("opens no tunnel to what is in no mesh: the API server and the internet", () => {
    const egress = [apiServerEgress, internetEgress];
    assert.deepEqual(withEdges({ egress }).policy.egress, JSON.parse(JSON.stringify(egress)));
    assert.deepEqual(withEdges({ egress: [dnsEgress] }).policy.egress[0].ports.at(-1), tcp(15008));
  });

  it("asks the mesh for nothing where nobody is let in, and where Pods are selected by what it does not know", () => {
    assert.equal(withEdges({}).authorization, undefined);
    const policy: ObjectOf<"NetworkPolicy"> = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: {
        podSelector: {
          matchExpressions: [{ key: "app.kubernetes.io/managed-by", operator: "NotIn", values: ["pulumi"] }],
        },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: {} }] }],
      },
    };
    assert.equal(meshed({ policy }, "istioAmbient")["policyAuthorization"], undefined);
  });

  it("lets the API server call what extends it, at that port alone", () => {
    const service: ObjectOf<"Service"> = {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels, ports: [{ name: "http", port: 443, targetPort: "http" }] },
    };
    const apiService = (name: string): ObjectOf<"APIService"> => ({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name, namespace: "tenant-research" },
      },
    });
    const inMesh = (objects: KubernetesObjects) => meshed({ deployment, service, ...objects }, "istioAmbient");
    assert.deepEqual(specOf(inMesh({ api: apiService("main") })["serviceMutualTls"]), {
      selector: { matchLabels: labels },
      mtls: { mode: "STRICT" },
      portLevelMtls: { 6333: { mode: "PERMISSIVE" } },
    });
    assert.equal(inMesh({ api: apiService("another") })["serviceMutualTls"], undefined);
  });

  it("refuses a port that no container has, which the mesh would leave closed", () => {
    assert.throws(
      () => withEdges({ ingress: [{ from: [{ podSelector: {} }], ports: [tcp("grpc")] }] }),
      /NetworkPolicy main names the port "grpc", which no container of its Pods has/,
    );
  });
});
