import { gpus } from "@genai/catalog";
import { z } from "zod";
import {
  badValue,
  dnsName,
  labelKey,
  listOf,
  mapOf,
  namesOf,
  oneOf,
  positiveNumber,
  quantity,
  strictMap,
  text,
  textLike,
  wholeNumber,
  yesOrNo,
} from "./fields.ts";
import { meshSchema } from "./mesh-schema.ts";
import { providers } from "./providers.ts";
import { poolSharingSchema } from "./sharing-schema.ts";

const labelValue = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

const taint = strictMap({
  key: textLike(labelKey, "a taint key such as nvidia.com/gpu").meta({
    description: "The taint's key.",
    examples: ["nvidia.com/gpu"],
  }),
  value: textLike(labelValue, 'a taint value of letters, digits, "-", "_" and ".", or none at all')
    .optional()
    .meta({ description: "The taint's value.", examples: ["present"] }),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]).meta({
    description: "What the taint does to Pods that do not tolerate it.",
    examples: ["NoSchedule"],
  }),
});

/** The taint that a GPU pool has unless its `taints` say otherwise: what GKE, and the GPU operator's documentation, put on GPU nodes. */
const gpuTaint: z.output<typeof taint> = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

const pool = strictMap({
  name: dnsName("a pool name").meta({
    description: "Name of the pool: models choose it, nodes carry it as the label genai.platform/pool.",
    examples: ["a10"],
  }),
  gpu: oneOf(namesOf(gpus), "a GPU of the catalogue, which `genai gpus` lists")
    .optional()
    .meta({ description: "GPU of each node; leave it out for a pool without GPUs.", examples: ["A10"] }),
  gpusPerNode: wholeNumber(1, 16)
    .optional()
    .meta({ description: "GPUs of each node.", examples: [4] }),
  nodes: wholeNumber(1, 5000).meta({
    description: "Nodes in the pool; the embedded cluster makes as many.",
    examples: [2],
  }),
  cpu: quantity("CPUs per node", '"48"').meta({
    description: "CPUs of each node, as a Kubernetes quantity.",
    examples: ["48"],
  }),
  memory: quantity("memory per node", "192Gi").meta({
    description: "Memory of each node, as a Kubernetes quantity.",
    examples: ["192Gi"],
  }),
  spot: yesOrNo()
    .default(false)
    .meta({ description: "Whether the nodes may be taken away at short notice.", examples: [true] }),
  pricePerGpuHour: positiveNumber("US dollars", 1000, "2.95")
    .optional()
    .meta({
      description: "US dollars for one GPU and hour with its share of the node. Default: the catalogue's price.",
      examples: [2.95],
    }),
  driverBranch: wholeNumber(300, 9999)
    .optional()
    .meta({
      description:
        "First number of the version of the nodes' NVIDIA driver: what is too old for an engine is refused. Default: not checked.",
      examples: [580],
    }),
  sharing: poolSharingSchema.optional().meta({
    description:
      "How several Pods use one GPU, or parts of it. Default: as genai:addons.nvidiaDevicePlugin.sharing says.",
  }),
  taints: listOf(taint, "taint; leave the key out for the default").optional().meta({
    description:
      "Taints of the nodes. Default: nvidia.com/gpu=present:NoSchedule for a pool with GPUs, none for others.",
  }),
}).transform((given) => ({ ...given, taints: given.taints ?? (given.gpu ? [gpuTaint] : []) }));

/** `genai:cluster`: the kind of cluster and the node pools the platform schedules on; the sandbox also creates its simulated nodes from them. */
export const clusterSchema = strictMap({
  provider: oneOf(namesOf(providers))
    .default("generic")
    .meta({
      description: "The kind of cluster, from which the defaults of add-ons follow.",
      examples: ["k3s"],
    }),
  kubernetesVersion: textLike(/^1\.\d{1,2}$/, 'the minor version of Kubernetes in quotes, such as "1.36"')
    .optional()
    .meta({
      description: "Minor version of the cluster's Kubernetes; what needs a newer one is refused.",
      examples: ["1.36"],
    }),
  storageClass: dnsName("a StorageClass's name")
    .optional()
    .meta({
      description: "StorageClass of volumes. Default: the cluster's.",
      examples: ["gp3"],
    }),
  sharedStorageClass: dnsName("a StorageClass's name")
    .optional()
    .meta({
      description:
        "StorageClass of volumes that Pods of several nodes read and write: mirrored weights need one. Default: none.",
      examples: ["efs"],
    }),
  leaderWorkerSet: yesOrNo()
    .default(false)
    .meta({
      description:
        "Whether the cluster runs the LeaderWorkerSet controller: models with more GPUs than a node has need it.",
      examples: [true],
    }),
  mesh: meshSchema,
  pools: listOf(pool, "node pool").meta({ description: "The node pools, with and without GPUs." }),
}).meta({ description: "The cluster that the stack runs on." });

const subject = strictMap({
  kind: oneOf(["User", "Group"]).meta({
    description: "Whether the name is a person's or a group's.",
    examples: ["Group"],
  }),
  name: text("the name that the cluster's authentication gives").meta({
    description: "The name that the cluster's authentication gives.",
    examples: ["research-leads"],
  }),
});

const tenant = strictMap({
  gpus: wholeNumber(0).meta({
    description: "GPUs that the tenant's Pods may request together.",
    derived: "what its services take at their largest",
    examples: [6],
  }),
  cpu: quantity("CPUs", '"32"').meta({
    derived: "what its services take at their largest, and one more replica",
    description: "CPUs that the tenant's Pods may request together, as a Kubernetes quantity.",
    examples: ["64"],
  }),
  memory: quantity("memory", "128Gi").meta({
    derived: "what its services take at their largest, and one more replica",
    description: "Memory that the tenant's Pods may request together, as a Kubernetes quantity.",
    examples: ["256Gi"],
  }),
  pods: wholeNumber(1).meta({
    description: "Pods that the tenant may have.",
    derived: "the replicas of its services at their largest, and one more",
    examples: [40],
  }),
  owners: z.array(subject, { error: (issue) => badValue(issue.input, "a list of users and groups") }).meta({
    derived: "none but the cluster's administrators",
    description: "Who may change everything in the tenant's namespace, role bindings included.",
  }),
  developers: listOf(subject, "user or group; leave the key out for none")
    .default([])
    .meta({ description: "Who may deploy and debug in the tenant's namespace." }),
});

/** `genai:tenants`: who may use how much; each becomes the namespace `tenant-<name>`. */
export const tenantsSchema = mapOf(tenant, "tenant names to their quotas and people")
  .prefault({})
  .meta({ description: "Tenants by name: each gets the namespace tenant-<name>, a quota and its people's roles." });

/** `genai:policy`: how strictly the policy pack is applied by `genai up` and `genai preview`. */
export const policySchema = strictMap({
  level: oneOf(["mandatory", "advisory"])
    .default("mandatory")
    .meta({
      description: "Whether a violation of a policy stops the deployment or is only reported.",
      examples: ["advisory"],
    }),
})
  .prefault({})
  .meta({ description: "The policy pack." });
