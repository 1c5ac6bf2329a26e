import { setTimeout as delay } from "node:timers/promises";
import { apply, orUndefined } from "../cluster/cluster-objects.ts";
import { ClusterError } from "../cluster/options.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { nodeName, realNodeLabel } from "./addresses.ts";

const name = "genai-sandbox-pods";

/** An image that every policy takes and nobody has: tells whether one is in effect. */
const marker = "genai.platform/marker:1";

/** The most containers of a kind that a Pod may have to be fitted; one with more stays as it is. */
const mostContainers = 8;

/** What a real container requests and may take at most, whatever the program asks for the hardware that it is meant for. */
const small = { cpu: "50m", memory: "64Mi", memoryLimit: "1Gi" } as const;

/** Which Pods run on the real node. */
export interface RealPods {
  /** References of the images that the node has. */
  images: readonly string[];
  /**
   * Names of Secrets that nobody made here, such as a user's own token: a Pod that reads one could not start.
   * @default none
   */
  absentSecrets?: readonly string[];
}

/**
 * The sandbox's one change to what the program deploys: a mutating admission policy that fits Pods, never their owners, to the real
 * node. It takes those whose images all are on the node; a DaemonSet's are bound to their node already and are only made smaller.
 */
export function podPolicy({ images, absentSecrets = [] }: RealPods): { policy: object; binding: object } {
  const list = JSON.stringify([...images, marker].toSorted());
  const absent = JSON.stringify(absentSecrets.toSorted());
  return {
    policy: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
          resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
        matchConditions: [
          { name: "on-the-real-node", expression: onRealNode },
          { name: "images-are-there", expression: `${allContainers}.all(c, c.image in ${list})` },
          {
            name: "secrets-are-there",
            expression: `!${allContainers}.exists(c, c.?env.orValue([]).exists(e, e.?valueFrom.?secretKeyRef.?name.orValue("") in ${absent}))`,
          },
          { name: "few-containers", expression: `${allContainers}.size() <= ${mostContainers}` },
        ],
        variables: [
          { name: "bound", expression: bound },
          ...(["containers", "initContainers"] as const).map((kind) => ({
            name: kind,
            expression: kind === "containers" ? "object.spec.containers" : "object.spec.?initContainers.orValue([])",
          })),
        ],
        mutations: [
          mutation(placement),
          mutation(runtimeClass),
          mutation(resources("containers")),
          mutation(resources("initContainers")),
        ],
      },
    },
    binding: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name },
    },
  };
}

const allContainers = "(object.spec.containers + object.spec.?initContainers.orValue([]))";

/** Whether something chose the node by its name, as the controller of DaemonSets does. */
const bound =
  "object.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])" +
  '.exists(t, t.?matchFields.orValue([]).exists(f, f.key == "metadata.name"))';

/** A Pod that is bound to a simulated node stays there. */
const onRealNode = `!(${bound}) || ${bound.replace('"metadata.name"', `"metadata.name" && "${nodeName}" in f.values`)}`;

function mutation(expression: string): object {
  return { patchType: "JSONPatch", jsonPatch: { expression } };
}

const toleration = `{"key": "${realNodeLabel.key}", "operator": "Equal", "value": "${realNodeLabel.value}", "effect": "NoSchedule"}`;

/** The real node instead of the pool that the program chose, whose affinity and labels it has not. */
const placement = `variables.bound ? [] : [
  JSONPatch{op: "add", path: "/spec/nodeSelector", value: {"${realNodeLabel.key}": "${realNodeLabel.value}"}},
  JSONPatch{op: "add", path: "/spec/affinity", value: {}},
  JSONPatch{op: "add", path: "/spec/tolerations", value: object.spec.?tolerations.orValue([]).map(t, dyn(t)) + [dyn(${toleration})]}
]`;

/** The node's runtime is the only one that it has. */
const runtimeClass = `has(object.spec.runtimeClassName) ? [JSONPatch{op: "remove", path: "/spec/runtimeClassName"}] : []`;

/** Small requests, GPUs as before: they are offered by the node, so that quota and capacity count them. */
function resources(kind: "containers" | "initContainers"): string {
  const indices = Array.from({ length: mostContainers }, (_, index) => index).join(", ");
  const gpus = (bounds: "requests" | "limits", rest: string) =>
    `variables.${kind}[i].?resources.?${bounds}[?"nvidia.com/gpu"].hasValue()` +
    ` ? {${rest}, "nvidia.com/gpu": string(variables.${kind}[i].resources.${bounds}["nvidia.com/gpu"])}` +
    ` : {${rest}}`;
  return (
    `[${indices}].filter(i, i < variables.${kind}.size()).map(i, JSONPatch{op: "add", path: "/spec/${kind}/" + string(i) + "/resources", value: {` +
    `"requests": ${gpus("requests", `"cpu": "${small.cpu}", "memory": "${small.memory}"`)}, ` +
    `"limits": ${gpus("limits", `"memory": "${small.memoryLimit}"`)}}})`
  );
}

/** How long the API server may take to notice a policy, in seconds. */
const effectSeconds = 30;

/**
 * Puts the policy into effect and returns once new Pods are fitted by it.
 * @throws {ClusterError} If they are not after half a minute.
 */
export async function applyPodPolicy(client: KubernetesClient, pods: RealPods): Promise<void> {
  const { policy, binding } = podPolicy(pods);
  const group = "/apis/admissionregistration.k8s.io/v1";
  await apply(client, `${group}/mutatingadmissionpolicies/${name}`, policy);
  await apply(client, `${group}/mutatingadmissionpolicybindings/${name}`, binding);
  const deadline = Date.now() + effectSeconds * 1000;
  for (const image of pods.images) {
    while (!(await isFitted(client, image))) {
      if (Date.now() > deadline)
        throw new ClusterError(`Pods of ${image} are not fitted to the real node after ${effectSeconds} s.`);
      await delay(100);
    }
  }
}

/**
 * Takes the policy back, and returns once Pods stay where the program puts them.
 * @throws {ClusterError} If they are still sent to the real node after half a minute.
 */
export async function removePodPolicy(client: KubernetesClient): Promise<void> {
  const group = "/apis/admissionregistration.k8s.io/v1";
  for (const resource of ["mutatingadmissionpolicybindings", "mutatingadmissionpolicies"])
    await orUndefined(client.request("DELETE", `${group}/${resource}/${name}`));
  for (const deadline = Date.now() + effectSeconds * 1000; await isFitted(client, marker); await delay(100))
    if (Date.now() > deadline)
      throw new ClusterError(`Pods are still sent to the real node ${effectSeconds} s after its policy was removed.`);
}

/** Whether a Pod of this image would be sent to the real node; none is made. */
async function isFitted(client: KubernetesClient, image: string): Promise<boolean> {
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "genai-sandbox-probe" },
    spec: { automountServiceAccountToken: false, containers: [{ name: "main", image }] },
  };
  // A new cluster has no service account for a moment.
  const pod = await client
    .request<{ spec: { nodeSelector?: Record<string, string> } }>("POST", "/api/v1/namespaces/default/pods", {
      body,
      query: { dryRun: "All" },
    })
    .catch(() => undefined);
  return pod?.spec.nodeSelector?.[realNodeLabel.key] === realNodeLabel.value;
}
