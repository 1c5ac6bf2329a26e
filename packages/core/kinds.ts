import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { HTTPRoute, InferencePool } from "./gateway-resources.ts";
import { AuthorizationPolicy, PeerAuthentication } from "./istio-resources.ts";
import { LeaderWorkerSet } from "./leader-worker-set.ts";
import { ClusterQueue, Cohort, LocalQueue, ResourceFlavor, WorkloadPriorityClass } from "./kueue-resources.ts";
import { PodMonitor, PrometheusRule } from "./monitor-resources.ts";

/**
 * The Kubernetes kinds that components deploy, each with its Pulumi resource class. Adding a kind is one line here; object types,
 * child types and registration follow from it.
 */
export const resourceClasses = {
  APIService: kubernetes.apiregistration.v1.APIService,
  AuthorizationPolicy,
  ClusterRole: kubernetes.rbac.v1.ClusterRole,
  ClusterRoleBinding: kubernetes.rbac.v1.ClusterRoleBinding,
  ClusterQueue,
  Cohort,
  ConfigMap: kubernetes.core.v1.ConfigMap,
  CronJob: kubernetes.batch.v1.CronJob,
  CustomResourceDefinition: kubernetes.apiextensions.v1.CustomResourceDefinition,
  DaemonSet: kubernetes.apps.v1.DaemonSet,
  Deployment: kubernetes.apps.v1.Deployment,
  DeviceClass: kubernetes.resource.v1.DeviceClass,
  HTTPRoute,
  HorizontalPodAutoscaler: kubernetes.autoscaling.v2.HorizontalPodAutoscaler,
  InferencePool,
  Ingress: kubernetes.networking.v1.Ingress,
  Job: kubernetes.batch.v1.Job,
  LeaderWorkerSet,
  LimitRange: kubernetes.core.v1.LimitRange,
  LocalQueue,
  Namespace: kubernetes.core.v1.Namespace,
  NetworkPolicy: kubernetes.networking.v1.NetworkPolicy,
  PeerAuthentication,
  PersistentVolumeClaim: kubernetes.core.v1.PersistentVolumeClaim,
  PodDisruptionBudget: kubernetes.policy.v1.PodDisruptionBudget,
  PodMonitor,
  PriorityClass: kubernetes.scheduling.v1.PriorityClass,
  PrometheusRule,
  ResourceFlavor,
  ResourceQuota: kubernetes.core.v1.ResourceQuota,
  Role: kubernetes.rbac.v1.Role,
  RoleBinding: kubernetes.rbac.v1.RoleBinding,
  RuntimeClass: kubernetes.node.v1.RuntimeClass,
  ScaledObject: kubernetes.apiextensions.CustomResource,
  Secret: kubernetes.core.v1.Secret,
  Service: kubernetes.core.v1.Service,
  ServiceAccount: kubernetes.core.v1.ServiceAccount,
  StatefulSet: kubernetes.apps.v1.StatefulSet,
  TriggerAuthentication: kubernetes.apiextensions.CustomResource,
  WorkloadPriorityClass,
} as const;

/** A kind that components may deploy. */
export type Kind = keyof typeof resourceClasses;

/** The Pulumi resource that registers an object of kind `K`. */
export type ResourceOf<K extends Kind> = InstanceType<(typeof resourceClasses)[K]>;

/** A plain Kubernetes object of kind `K`: what a component's pure function returns. `apiVersion` is required because policy reads it. */
export type ObjectOf<K extends Kind> = K extends Kind
  ? Omit<NonNullable<ConstructorParameters<(typeof resourceClasses)[K]>[1]>, "apiVersion" | "kind"> & {
      apiVersion: string;
      kind: K;
      metadata?: pulumi.Input<kubernetes.types.input.meta.v1.ObjectMeta>;
    }
  : never;

/** Any object that a component may deploy. */
export type KubernetesObject = ObjectOf<Kind>;

/** A component's objects, keyed by the suffix of the child's Pulumi name; `undefined` means: not in this configuration. */
export type KubernetesObjects = Readonly<Record<string, KubernetesObject | undefined>>;

/** The child resources of a component, under the same keys as its objects. */
export type ResourcesOf<Objects extends KubernetesObjects> = {
  readonly [Key in keyof Objects]: Objects[Key] extends { kind: infer K extends Kind }
    ? ResourceOf<K>
    : ResourceOf<Extract<NonNullable<Objects[Key]>["kind"], Kind>> | undefined;
};
