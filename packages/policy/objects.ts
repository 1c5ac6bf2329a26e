/** A Kubernetes object as rules see it: of any kind, plain. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata?: { name?: string; namespace?: string; labels?: Record<string, string> };
  [member: string]: unknown;
}

/** What rules read of a container. */
export interface Container {
  name: string;
  image?: string;
  restartPolicy?: string;
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string } } }[];
  ports?: { hostPort?: number }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: ContainerSecurity;
  readinessProbe?: object;
  livenessProbe?: object;
  startupProbe?: object;
}

interface ContainerSecurity {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  capabilities?: { drop?: string[]; add?: string[] };
  seccompProfile?: { type?: string };
}

/** What rules read of a Pod. */
export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  volumes?: { name: string; hostPath?: { path: string } }[];
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  securityContext?: Pick<ContainerSecurity, "runAsNonRoot" | "runAsUser" | "seccompProfile">;
  nodeSelector?: Record<string, string>;
  tolerations?: { key?: string; operator?: string }[];
  topologySpreadConstraints?: { topologyKey: string; labelSelector?: { matchLabels?: Record<string, string> } }[];
  affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: object } };
}

/** The Pod that an object is or makes, whatever its kind. */
export function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  if (object.kind === "Pod") return object["spec"] as PodSpec;
  const spec = object["spec"] as { jobTemplate?: { spec?: typeof spec }; template?: { spec?: PodSpec } } | undefined;
  const { template } = (object.kind === "CronJob" ? spec?.jobTemplate?.spec : spec) ?? {};
  return template?.spec?.containers ? template.spec : undefined;
}

/** All containers of a Pod, those that run first included. */
export function containersOf({ containers = [], initContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/** `Deployment tenant-research/chat`, as people name objects. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ""}${metadata?.name ?? "(unnamed)"}`;
}
