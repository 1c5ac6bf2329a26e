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

interface Template {
  spec?: PodSpec;
}

/** What an object with Pods has below `spec`, by its kind. */
interface Owner {
  template?: Template;
  jobTemplate?: { spec?: Owner };
  leaderWorkerTemplate?: { leaderTemplate?: Template; workerTemplate?: Template };
}

/** The Pods that an object is or makes, whatever its kind; of a group the leader comes before the workers. */
export function podSpecsOf(object: KubernetesObject): PodSpec[] {
  if (object.kind === "Pod") return [object["spec"] as PodSpec];
  const own = (object["spec"] ?? {}) as Owner;
  const { template, leaderWorkerTemplate } = (object.kind === "CronJob" ? own.jobTemplate?.spec : own) ?? {};
  const templates = [template, leaderWorkerTemplate?.leaderTemplate, leaderWorkerTemplate?.workerTemplate];
  return templates.flatMap((each) => (each?.spec?.containers ? [each.spec] : []));
}

/** All containers of a Pod, those that run first included. */
export function containersOf({ containers = [], initContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/** `Deployment tenant-research/chat`, as people name objects. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ""}${metadata?.name ?? "(unnamed)"}`;
}
