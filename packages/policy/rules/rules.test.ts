import { assert } from "@genai/testing";
import { evaluate } from "../evaluate.ts";
import type { KubernetesObject, PodSpec } from "../objects.ts";
import { rules } from "./index.ts";

const container = {
  name: "vllm",
  image: "example.test/vllm:v1",
  env: [{ name: "API_KEY", valueFrom: { secretKeyRef: { name: "key", key: "key" } } }],
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi", "nvidia.com/gpu": "1" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
  },
  readinessProbe: {},
  livenessProbe: {},
};

const pod: PodSpec = {
  serviceAccountName: "chat",
  automountServiceAccountToken: false,
  securityContext: { seccompProfile: { type: "RuntimeDefault" } },
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
  nodeSelector: { "genai.platform/pool": "a10" },
  containers: [container],
};

const metadata = { name: "chat", namespace: "tenant-research" };

function deployment(spec: PodSpec): KubernetesObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { template: { spec } } };
}

/** A group with these Pods. */
function group(leader: PodSpec, worker: PodSpec): KubernetesObject {
  const leaderWorkerTemplate = { leaderTemplate: { spec: leader }, workerTemplate: { spec: worker } };
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    metadata,
    spec: { leaderWorkerTemplate },
  };
}

const labels = { app: "chat" };

/** A Deployment of several replicas as it should be. */
function replicated(changes: object = {}): KubernetesObject {
  const topologySpreadConstraints = [{ topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labels } }];
  const spec = { ...pod, topologySpreadConstraints, ...changes };
  return { ...deployment(spec), spec: { replicas: 2, template: { metadata: { labels }, spec } } };
}

function budget(changes: object = {}): KubernetesObject {
  const spec = { maxUnavailable: 1, selector: { matchLabels: labels }, ...changes };
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec };
}

const autoscaler: KubernetesObject = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata,
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: metadata.name }, maxReplicas: 3 },
};

const bounds = { backoffLimit: 1, activeDeadlineSeconds: 60 };
const job = (changes: object = {}) => ({
  ...{ apiVersion: "batch/v1", kind: "Job", metadata },
  spec: { ...bounds, ...changes },
});
const cronJob = (changes: object = {}, jobChanges: object = {}) => ({
  ...{ apiVersion: "batch/v1", kind: "CronJob", metadata },
  spec: {
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 60,
    jobTemplate: { spec: { ...bounds, ...jobChanges } },
    ...changes,
  },
});

/** The Deployment with one thing changed in its container. */
function withContainer(changes: object): KubernetesObject {
  return deployment({ ...pod, containers: [{ ...container, ...changes }] });
}

function withSecurity(changes: object): KubernetesObject {
  return withContainer({ securityContext: { ...container.securityContext, ...changes } });
}

function tenantObjects(): KubernetesObject[] {
  const namespace = metadata.namespace;
  const labels = { "genai.platform/tenant": "research", "pod-security.kubernetes.io/enforce": "restricted" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "q", namespace },
      spec: { hard: { "requests.nvidia.com/gpu": "4" } },
    },
    { apiVersion: "v1", kind: "LimitRange", metadata: { name: "l", namespace }, spec: {} },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "n", namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
  ];
}

const openTo = (podSelector: object, ingress: object[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "open", namespace: "tenant-research" },
  spec: { podSelector, ingress },
});
const tenantWithout = (kind: string) => tenantObjects().filter((object) => object.kind !== kind);
const service = (spec: object) => ({ apiVersion: "v1", kind: "Service", metadata, spec });
const role = (rule: object) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: [rule] });

/** Per rule: objects that break it, and what the message must say. */
const broken: Record<string, [KubernetesObject | KubernetesObject[], RegExp][]> = {
  "no-privilege-escalation": [
    [withSecurity({ privileged: true }), /container vllm is privileged/],
    [withSecurity({ allowPrivilegeEscalation: undefined }), /allowPrivilegeEscalation: false/],
  ],
  "run-as-non-root": [
    [withSecurity({ runAsNonRoot: undefined }), /may run as root/],
    [withSecurity({ runAsUser: 0 }), /runs as user 0/],
  ],
  "drop-capabilities": [
    [withSecurity({ capabilities: {} }), /keeps capabilities/],
    [withSecurity({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }), /adds the capabilities SYS_ADMIN/],
  ],
  "read-only-root-filesystem": [[withSecurity({ readOnlyRootFilesystem: false }), /writable root filesystem/]],
  "seccomp-profile": [
    [group(pod, { ...pod, securityContext: {} }), /RuntimeDefault/],
    [deployment({ ...pod, securityContext: {} }), /RuntimeDefault/],
    [withSecurity({ seccompProfile: { type: "Unconfined" } }), /seccomp profile Unconfined/],
  ],
  "no-host-namespaces": [
    [deployment({ ...pod, hostNetwork: true }), /hostNetwork/],
    [withContainer({ ports: [{ hostPort: 80 }] }), /port 80 of the node/],
  ],
  "no-host-path": [
    [deployment({ ...pod, volumes: [{ name: "all", hostPath: { path: "/" } }] }), /volume all is the node's \//],
  ],
  "service-account": [
    [deployment({ ...pod, serviceAccountName: undefined }), /ServiceAccount default/],
    [deployment({ ...pod, automountServiceAccountToken: undefined }), /API token/],
  ],
  "pinned-images": [
    [withContainer({ image: "example.test:5000/vllm" }), /is not pinned/],
    [withContainer({ image: "vllm:latest" }), /vllm:latest, which is not pinned/],
  ],
  resources: [
    [
      withContainer({ resources: { requests: { cpu: "1" } } }),
      /no resources.requests.memory, no resources.limits.memory/,
    ],
    [
      {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata,
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "a" }] } } } } },
      },
      /CronJob tenant-research\/chat: container a names no resources.requests.cpu/,
    ],
    [deployment({ ...pod, initContainers: [{ name: "init" }] }), /container init names no/],
  ],
  probes: [
    [withContainer({ readinessProbe: undefined }), /no readinessProbe/],
    [withContainer({ livenessProbe: undefined }), /no livenessProbe/],
    [group({ ...pod, containers: [{ ...container, livenessProbe: undefined }] }, pod), /no livenessProbe/],
    [
      { ...deployment(pod), metadata: { ...metadata, labels: { "app.kubernetes.io/component": "inference" } } },
      /vllm has no startupProbe/,
    ],
  ],
  "disruption-budget": [
    [replicated(), /up to 2 replicas and no PodDisruptionBudget/],
    [[replicated(), budget({ selector: { matchLabels: { app: "other" } } })], /no PodDisruptionBudget/],
    [[replicated(), budget({ selector: {} })], /no PodDisruptionBudget/],
    [[deployment(pod), autoscaler], /up to 3 replicas/],
    [budget({ maxUnavailable: 0 }), /no node can be drained/],
    [budget({ maxUnavailable: undefined, minAvailable: "100%" }), /no node can be drained/],
  ],
  "replicas-apart": [
    [replicated({ topologySpreadConstraints: undefined }), /up to 2 replicas that may all be on one node/],
    [
      replicated({ topologySpreadConstraints: [{ topologyKey: "kubernetes.io/hostname", labelSelector: {} }] }),
      /may all be on one node/,
    ],
  ],
  "bounded-jobs": [
    [job({ backoffLimit: undefined }), /no backoffLimit/],
    [job({ activeDeadlineSeconds: undefined }), /no activeDeadlineSeconds/],
    [cronJob({ concurrencyPolicy: undefined }), /no concurrencyPolicy/],
    [cronJob({ startingDeadlineSeconds: undefined }), /no startingDeadlineSeconds/],
    [cronJob({}, { backoffLimit: undefined }), /no backoffLimit/],
  ],
  "gpu-placement": [
    [deployment({ ...pod, tolerations: [] }), /do not tolerate nvidia.com\/gpu/],
    [deployment({ ...pod, nodeSelector: undefined }), /GPUs of any kind/],
    [withContainer({ resources: { requests: { "nvidia.com/gpu": "1" } } }), /limit of none/],
  ],
  "tenant-borders": [
    [tenantWithout("ResourceQuota"), /Namespace tenant-research: has no ResourceQuota/],
    [tenantWithout("LimitRange"), /no LimitRange/],
    [tenantWithout("NetworkPolicy"), /no NetworkPolicy/],
    ...[[{ from: [{ podSelector: {} }] }], [{}], [{ from: [{ ipBlock: {} }, { namespaceSelector: {} }] }]].map(
      (ingress): [KubernetesObject[], RegExp] => [
        [...tenantObjects(), openTo({}, ingress)],
        /NetworkPolicy "open" that lets Pods in to every Pod at every port/,
      ],
    ),
    [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "t", labels: { "genai.platform/tenant": "t" } } },
      /enforce: restricted/,
    ],
  ],
  "no-exposed-services": [
    [service({ type: "LoadBalancer" }), /type LoadBalancer/],
    [service({ externalIPs: ["192.0.2.1"] }), /externalIPs/],
  ],
  "no-literal-secrets": [
    [withContainer({ env: [{ name: "HF_TOKEN", value: "canary" }] }), /has HF_TOKEN as a literal/],
  ],
  "no-wildcard-roles": [
    [role({ verbs: ["*"], resources: ["pods"], apiGroups: [""] }), /all verbs/],
    [role({ verbs: ["get"], resources: ["*"], apiGroups: [""] }), /all resources/],
  ],
};

describe("policy rules", () => {
  it("have cases each, and a name and a description of their own", () => {
    const names = rules.map(({ name }) => name);
    assert.deepEqual(Object.keys(broken).toSorted(), names.toSorted());
    assert.equal(new Set(rules.map(({ description }) => description)).size, rules.length);
  });

  const good = [
    deployment(pod),
    group(pod, { ...pod, containers: [{ ...container, readinessProbe: undefined, livenessProbe: undefined }] }),
    replicated(),
    budget(),
    job(),
    cronJob(),
    ...tenantObjects(),
    openTo({ matchLabels: { app: "shop" } }, [{ from: [{ podSelector: {} }] }]),
    openTo({}, [{ from: [{ podSelector: {} }], ports: [{ port: 15008 }] }, { from: [{ ipBlock: {} }] }]),
    service({}),
    role({ verbs: ["get"], resources: ["pods"], apiGroups: [""] }),
  ];

  for (const rule of rules) {
    it(`${rule.name}: lets good objects pass`, () => assert.deepEqual(evaluate(rule, good).violations, []));

    for (const [objects, message] of broken[rule.name] ?? []) {
      it(`${rule.name}: refuses with ${message}`, () => {
        const { violations } = evaluate(rule, [objects].flat());
        const [first] = violations.filter((violation) => message.test(violation.message));
        assert.ok(first, `said only: ${violations.map((violation) => violation.message).join("; ")}`);
        assert.ok(!violations.some((violation) => violation.message.includes("canary")), "shows a secret's value");
      });
    }
  }
});
