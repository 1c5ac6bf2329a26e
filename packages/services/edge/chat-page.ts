import {
  awaitedElsewhere,
  closedExceptFor,
  clusterService,
  dnsEgress,
  fingerprint,
  ObjectsComponent,
  type ObjectOf,
  oneEvictionAtATime,
  type Problem,
  restartAnnotations,
  selectorLabels,
  serviceAccountWithoutToken,
  serviceEgress,
  tenantLabel,
  throwProblems,
  tenantMetadata,
  type Whereabouts,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import type { NodePool } from "../serving/pool.ts";
import { httpPortName } from "../serving/probes.ts";
import type { SecretKeyReference } from "../serving/server-args.ts";
import { cacheEgress, cacheObjects, cachePort } from "./cache.ts";
import {
  chatPageGraceSeconds,
  chatPageStartupSeconds,
  chatPagePodSpec,
  chatPagePort,
  chatPageSecretKeys,
  websocketKey,
} from "./chat-page-pod.ts";
import { exposureIngress, exposureObjects, type Exposure } from "./exposure.ts";
import { toGateway } from "./gateway-network.ts";

/** Sign-on by a provider of OpenID Connect; where it is not said to be, the page may reach the port of its address anywhere. */
export interface OpenIdConnect extends Whereabouts {
  clientId: string;
  /** Key of a Secret in the tenant's namespace; the platform does not make it. */
  clientSecret: SecretKeyReference;
  /** Address of the provider's `.well-known/openid-configuration`. */
  discoveryUrl: string;
  /** What the button says. @default Single sign-on */
  displayName?: string;
}

/** What a chat page is: Open WebUI for one tenant, in its namespace, in front of what its key reaches. */
export interface ChatPageArgs {
  /** Where these arguments stand in the stack file; begins every error message. @default `genai:ui` */
  path?: string;
  tenant: string;
  namespace: string;
  pool: NodePool;
  /** More than one takes `database`. @default 1 */
  replicas?: number;
  /** Base URL of the gateway. */
  gatewayEndpoint: pulumi.Input<string>;
  /** The tenant's key for the gateway. */
  gatewayKey: pulumi.Input<string>;
  /** What sessions are signed with: replacing it signs everybody out. */
  sessionKey: pulumi.Input<string>;
  /** E-mail address of the first account, which the page makes at its first start. */
  administrator: string;
  administratorPassword: pulumi.Input<string>;
  /** Password of the Valkey between replicas. */
  cachePassword: pulumi.Input<string>;
  /** Names of the models and prompts that it offers; a new chat begins with the first. */
  models: readonly string[];
  /** Name of the embedding server for documents. @default none: a question takes whole documents along */
  embedder?: string;
  /** Size of the volume with accounts and chats. @default none: they are lost with the Pod */
  storage?: string;
  /** StorageClass of that volume. @default the cluster's default */
  storageClass?: string;
  /** Key of a Secret of the tenant's namespace with the address of a PostgreSQL at port 5432, for more than one replica. @default SQLite on the volume */
  database?: SecretKeyReference & Whereabouts;
  /** @default accounts of its own */
  openIdConnect?: OpenIdConnect;
  /** How it is reached from outside. @default not at all */
  exposure?: Exposure;
  /** @default the cluster's default priority */
  priorityClassName?: string;
}

/** The database's own address is in a Secret; its port is PostgreSQL's. */
const databaseAddress = new URL("postgresql://database:5432");

type ChatPageKind =
  | "Deployment"
  | "HTTPRoute"
  | "Ingress"
  | "NetworkPolicy"
  | "PersistentVolumeClaim"
  | "PodDisruptionBudget"
  | "Secret"
  | "Service"
  | "ServiceAccount";

/** The objects of a chat page. */
export interface ChatPageObjects extends Record<string, ObjectOf<ChatPageKind> | undefined> {
  deployment: ObjectOf<"Deployment">;
  service: ObjectOf<"Service">;
}

/** Everything that is wrong with the arguments of a chat page; empty if nothing is. */
export function chatPageProblems(args: Pick<ChatPageArgs, "path" | "replicas" | "database">): Problem[] {
  const { path = "genai:ui", replicas = 1, database } = args;
  if (replicas <= 1 || database) return [];
  const message = `is ${replicas}, and replicas share their accounts and chats in a PostgreSQL; name the Secret with its address under database, or use 1`;
  return [{ path: `${path}.replicas`, message }];
}

/**
 * A chat page's objects as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function chatPageObjects(name: string, args: ChatPageArgs): ChatPageObjects {
  throwProblems(chatPageProblems(args));
  const { namespace, tenant, pool, replicas = 1, storage, storageClass, exposure, cachePassword } = args;
  const { openIdConnect, database } = args;
  const identity = { application: "open-webui", instance: name, component: "ui" };
  const selector = selectorLabels(identity);
  const metadata = tenantMetadata(args, identity)(name);
  const cache = `${name}-cache`;
  const shared = replicas > 1;
  return {
    serviceAccount: serviceAccountWithoutToken(metadata),
    secret: {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      stringData: {
        [chatPageSecretKeys.session]: args.sessionKey,
        [chatPageSecretKeys.gateway]: args.gatewayKey,
        [chatPageSecretKeys.administrator]: args.administratorPassword,
        ...(shared && { [websocketKey]: pulumi.interpolate`redis://:${cachePassword}@${cache}:${cachePort}/0` }),
      },
    },
    volume: storage
      ? {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          // Bound when the first Pod is placed, on many clusters.
          metadata: { ...metadata, annotations: awaitedElsewhere },
          spec: {
            accessModes: [shared ? "ReadWriteMany" : "ReadWriteOnce"],
            ...(storageClass && { storageClassName: storageClass }),
            resources: { requests: { storage } },
          },
        }
      : undefined,
    networkPolicy: closedExceptFor(metadata, selector, {
      ingress: exposureIngress(exposure),
      egress: [
        dnsEgress,
        toGateway({}),
        ...(shared ? [cacheEgress(cache)] : []),
        ...(openIdConnect ? serviceEgress(new URL(openIdConnect.discoveryUrl), openIdConnect) : []),
        ...(database ? serviceEgress(databaseAddress, database) : []),
      ],
    }),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas,
        revisionHistoryLimit: 3,
        progressDeadlineSeconds,
        // SQLite on one volume takes one writer.
        strategy: shared
          ? { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
          : { type: "Recreate" },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: metadata.labels,
            annotations: restartAnnotations({
              "gateway-key": fingerprint(args.gatewayKey),
              "session-key": fingerprint(args.sessionKey),
              // Read when the first account is made, and not again where that is kept.
              "administrator-password":
                (storage ?? args.database) ? undefined : fingerprint(args.administratorPassword),
              "cache-password": shared ? fingerprint(cachePassword) : undefined,
            }),
          },
          spec: chatPagePodSpec(name, args, selector),
        },
      },
    },
    service: clusterService(metadata, selector, [{ name: httpPortName, port: chatPagePort }]),
    disruptionBudget: oneEvictionAtATime(metadata, selector),
    ...exposureObjects(exposure, { metadata, service: name, port: chatPagePort, requestSeconds: 3600 }),
    ...(shared &&
      cacheObjects(cache, {
        namespace,
        labels: { [tenantLabel]: tenant },
        pool,
        password: cachePassword,
        clients: selector,
        priorityClassName: args.priorityClassName,
      })),
  };
}

/** Longest time in which a rollout must move on: pulling the image (about 2 GB), starting, and stopping the Pod before it. */
const progressDeadlineSeconds = 200 + chatPageStartupSeconds + chatPageGraceSeconds;

/** The chat page of a tenant. */
export class ChatPage extends ObjectsComponent<ChatPageObjects> {
  /** Address of the page inside the cluster. */
  public readonly address: pulumi.Output<string>;

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: ChatPageArgs, options?: pulumi.ComponentResourceOptions) {
    const customTimeouts = { create: `${progressDeadlineSeconds}s`, update: `${progressDeadlineSeconds}s` };
    const childOptions = { deployment: { customTimeouts } };
    super("edge:ChatPage", name, chatPageObjects(name, args), { ...options, childOptions });
    const { metadata } = this.nodes.service;
    this.address = pulumi.interpolate`http://${metadata.name}.${metadata.namespace}.svc.cluster.local:${chatPagePort}`;
    this.registerOutputs({ address: this.address });
  }
}
