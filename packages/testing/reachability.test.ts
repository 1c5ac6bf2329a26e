import { assert } from "./assert.ts";
import { isReachable, type NetworkEnd } from "./reachability.ts";

const namespaces = { a: { team: "a" }, b: { team: "b" } };
const pod = (namespace: string, labels: Record<string, string> = {}): NetworkEnd => ({
  namespace,
  labels,
  address: "10.0.0.1",
  ports: { http: 8080 },
});
const [client, server, stranger] = [pod("a", { app: "client" }), pod("a", { app: "server" }), pod("b")];
const outside: NetworkEnd = { address: "192.0.2.1" };
const policy = (spec: object, namespace = "a") => ({ metadata: { name: "p", namespace }, spec });
const can = (policies: object[], from: NetworkEnd, to: NetworkEnd, port = 8080) =>
  isReachable({ policies, namespaces }, from, to, port);
const deny = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
/** Lets a peer in to the server, at all ports or some. */
const open = (from: object[], ports?: object[]) =>
  policy({ podSelector: { matchLabels: { app: "server" } }, ingress: [{ from, ...(ports && { ports }) }] });

describe("isReachable", () => {
  it("leaves a Pod open that no policy selects", () => {
    assert.ok(can([], client, server));
    assert.ok(can([policy({ podSelector: {} }, "b")], client, server));
    assert.ok(can([policy({ podSelector: { matchLabels: { app: "other" } } })], client, server));
  });

  it("closes a selected Pod in the directions of its policies", () => {
    assert.ok(!can([deny], client, server));
    assert.ok(!can([policy({ podSelector: {} })], client, server), "ingress is closed without policyTypes");
    assert.ok(can([policy({ podSelector: {} })], server, stranger), "egress is not");
    assert.ok(!can([policy({ podSelector: {}, egress: [] })], server, stranger));
    assert.ok(!can([policy({ podSelector: {}, policyTypes: ["Egress"] })], server, outside));
  });

  it("takes both directions and adds policies up", () => {
    const out = policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ podSelector: {} }] }] });
    assert.ok(!can([deny, open([{ podSelector: {} }])], client, server));
    assert.ok(can([deny, open([{ podSelector: {} }]), out], client, server));
  });

  it("looks for peers in the policy's namespace, in those that are selected, or among addresses", () => {
    assert.ok(can([open([{ podSelector: {} }])], client, server));
    assert.ok(!can([open([{ podSelector: {} }])], stranger, server));
    assert.ok(can([open([{ namespaceSelector: { matchLabels: { team: "b" } } }])], stranger, server));
    const both = { namespaceSelector: {}, podSelector: { matchLabels: { app: "client" } } };
    assert.ok(can([open([both])], client, server));
    assert.ok(!can([open([both])], stranger, server));
    assert.ok(!can([open([{ podSelector: {} }])], outside, server));
    const block = (except: string[]) => open([{ ipBlock: { cidr: "192.0.2.0/24", except } }]);
    assert.ok(can([block([])], outside, server));
    assert.ok(!can([block(["192.0.2.0/31"])], outside, server));
    assert.ok(!can([open([{ ipBlock: { cidr: "::/0" } }])], outside, server));
  });

  it("takes ports by number, range and the name that the Pod gives them", () => {
    const at = (port: object) => can([open([], [port])], client, server);
    assert.ok(at({ port: 8080 }) && at({ port: "http" }) && at({ port: 8000, endPort: 8080 }) && at({}));
    assert.ok(!at({ port: 80 }) && !at({ port: "metrics" }) && !at({ port: 8081, endPort: 9000 }));
    assert.ok(!at({ protocol: "UDP", port: 8080 }));
  });

  it("knows every operator of a selector", () => {
    const is = (key: string, operator: string, values?: string[]) =>
      can([open([{ podSelector: { matchExpressions: [{ key, operator, values }] } }])], client, server);
    assert.ok(is("app", "In", ["client"]) && is("app", "Exists") && is("none", "DoesNotExist"));
    assert.ok(is("none", "NotIn", ["client"]) && is("app", "NotIn", ["x"]));
    assert.ok(!is("app", "In", ["x"]) && !is("none", "Exists") && !is("app", "DoesNotExist"));
    assert.ok(!is("app", "NotIn", ["client"]) && !is("none", "In", ["client"]));
  });
});
