import { tenantsOwnPods } from "@genai/core";
import { assert, registeredBy } from "@genai/testing";
import { Tenant, tenantObjects, type TenantArgs } from "./index.ts";

const args: TenantArgs = {
  gpus: 4,
  cpu: "32",
  memory: "128Gi",
  pods: 50,
  owners: [{ kind: "Group", name: "research-leads" }],
  developers: [{ kind: "User", name: "ada" }],
};

describe("tenantObjects", () => {
  const objects = tenantObjects("research", args);
  const rules = (role: "ownerRole" | "developerRole") =>
    (objects[role].rules ?? []) as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  const verbsOn = (role: "ownerRole" | "developerRole", resource: string) => [
    ...new Set(
      rules(role)
        .filter(({ resources }) => resources.includes(resource))
        .flatMap(({ verbs }) => verbs),
    ),
  ];

  it("labels the namespace with its tenant and enforces the restricted Pod Security Standard", () => {
    const { name, labels } = objects.namespace.metadata as { name: string; labels: Record<string, string> };
    assert.equal(name, "tenant-research");
    assert.equal(labels["genai.platform/tenant"], "research");
    for (const mode of ["enforce", "audit", "warn"]) {
      assert.equal(labels[`pod-security.kubernetes.io/${mode}`], "restricted");
    }
  });

  it("limits GPUs, CPU, memory and Pods, and forbids node ports and load balancers", () => {
    assert.deepEqual((objects.quota.spec as { hard: unknown }).hard, {
      "requests.nvidia.com/gpu": "4",
      "requests.cpu": "32",
      "requests.memory": "128Gi",
      "limits.memory": "128Gi",
      pods: "50",
      "services.nodeports": "0",
      "services.loadbalancers": "0",
    });
  });

  it("counts batch work apart where it has a quota of its own, and all else as before", () => {
    const batch = { priorityClasses: ["genai-batch"], gpus: 7, cpu: "90", memory: "300Gi" };
    const { quota, batchQuota, exposureQuota } = tenantObjects("research", { ...args, batch });
    const scope = (operator: string) => ({
      matchExpressions: [{ scopeName: "PriorityClass", operator, values: ["genai-batch"] }],
    });
    const spec = (of: typeof batchQuota) => of?.spec as { hard: Record<string, string>; scopeSelector?: object };
    assert.deepEqual(spec(quota).scopeSelector, scope("NotIn"));
    assert.equal(spec(quota).hard["requests.nvidia.com/gpu"], "4");
    assert.deepEqual(spec(batchQuota).scopeSelector, scope("In"));
    assert.equal(spec(batchQuota).hard["requests.nvidia.com/gpu"], "7");
    // The API server refuses Services in a quota of Pods of some priorities.
    assert.ok(!Object.keys(spec(quota).hard).some((key) => key.startsWith("services.")));
    assert.deepEqual(spec(exposureQuota), { hard: { "services.nodeports": "0", "services.loadbalancers": "0" } });
    assert.equal(objects.batchQuota, undefined);
  });

  it("keeps system priorities from tenants", () => {
    assert.deepEqual(objects.systemPriorityQuota.spec, {
      hard: { pods: "0" },
      scopeSelector: {
        matchExpressions: [
          { scopeName: "PriorityClass", operator: "In", values: ["system-cluster-critical", "system-node-critical"] },
        ],
      },
    });
  });

  it("lets no Pod have a GPU at the priority of queues and stores", () => {
    assert.deepEqual(objects.systemGpuQuota.spec, {
      hard: { "requests.nvidia.com/gpu": "0" },
      scopeSelector: {
        matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["genai-system"] }],
      },
    });
  });

  for (const role of ["ownerRole", "developerRole"] as const) {
    it(`gives the ${role} neither Secrets nor a shell nor the platform's side of the border`, () => {
      for (const resource of [
        "secrets",
        "pods/exec",
        "pods/attach",
        "pods/portforward",
        "pods/ephemeralcontainers",
        "*",
      ]) {
        assert.deepEqual(verbsOn(role, resource), [], resource);
      }
      for (const resource of ["resourcequotas", "limitranges", "networkpolicies"]) {
        assert.deepEqual(verbsOn(role, resource), ["get", "list", "watch"], resource);
      }
      for (const resource of ["roles", "rolebindings", "serviceaccounts", "serviceaccounts/token", "namespaces"]) {
        assert.deepEqual(verbsOn(role, resource), [], resource);
      }
      assert.ok(
        rules(role).every(
          ({ verbs }) => !verbs.some((verb) => ["*", "bind", "escalate", "impersonate"].includes(verb)),
        ),
      );
    });
  }

  it("lets owners run workloads and developers only see them", () => {
    assert.deepEqual(verbsOn("ownerRole", "jobs"), ["get", "list", "watch", "create", "update", "patch", "delete"]);
    assert.deepEqual(verbsOn("developerRole", "jobs"), ["get", "list", "watch"]);
    assert.deepEqual(verbsOn("developerRole", "pods/log"), ["get", "list", "watch"]);
  });

  it("binds the people of the arguments to the roles of this namespace", () => {
    const apiGroup = "rbac.authorization.k8s.io";
    assert.deepEqual(objects.ownerBinding.subjects, [{ kind: "Group", name: "research-leads", apiGroup }]);
    assert.deepEqual(objects.developerBinding.subjects, [{ kind: "User", name: "ada", apiGroup }]);
    assert.deepEqual(objects.ownerBinding.roleRef, { apiGroup, kind: "Role", name: "tenant-owner" });
    assert.deepEqual(tenantObjects("solo", { ...args, developers: undefined }).developerBinding.subjects, []);
  });

  it("closes the network both ways; the tenant's own Pods reach each other and names", () => {
    assert.deepEqual(objects.defaultDeny.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const { egress, podSelector } = objects.allowDns.spec as { egress: { ports: unknown }[]; podSelector: object };
    assert.deepEqual(egress[0]?.ports, [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ]);
    const within = objects.allowWithin.spec as { podSelector: object; ingress: unknown; egress: unknown };
    for (const selector of [podSelector, within.podSelector]) assert.equal(selector, tenantsOwnPods.podSelector);
    assert.deepEqual(within.ingress, [{ from: [{ podSelector: {} }] }]);
    assert.deepEqual(within.egress, [{ to: [{ podSelector: {} }] }]);
  });
});

describe("Tenant", () => {
  it("registers the namespace first and then every object in it", async () => {
    const resources = await registeredBy(() => new Tenant("research", args));
    assert.deepEqual(
      resources.slice(0, 2).map(({ type, name }) => [type, name]),
      [
        ["genai:tenancy:Tenant", "research"],
        ["kubernetes:core/v1:Namespace", "research-namespace"],
      ],
    );
    assert.equal(resources.length, 13);
    for (const { name, inputs } of resources.slice(2)) {
      assert.equal((inputs["metadata"] as { namespace: string }).namespace, "tenant-research", name);
    }
  });

  it("gives the name of its namespace", async () => {
    let namespace: string | undefined;
    await registeredBy(() => new Tenant("research", args).namespace.apply((name) => (namespace = name)));
    assert.equal(namespace, "tenant-research");
  });
});
