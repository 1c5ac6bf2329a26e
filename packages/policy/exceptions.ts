/** An object that may break a rule. */
export interface Exception {
  rule: string;
  kind: string;
  namespace: string;
  name: string;
  /** Why it must, in a sentence. */
  reason: string;
}

/** The exceptions of one agent of nodes: the reason by the rule that it breaks. */
function agent(name: string, reasons: Readonly<Record<string, string>>): Exception[] {
  const object = { kind: "DaemonSet", namespace: "genai-addons", name };
  return Object.entries(reasons).map(([rule, reason]) => ({ ...object, rule, reason }));
}

const besideSysAdmin = "It holds SYS_ADMIN, which Kubernetes refuses to combine with allowPrivilegeEscalation: false.";
const withMig = "With MIG it needs SYS_ADMIN to read the devices of the MIG monitor; without MIG it drops all.";
const withMigEscalation =
  "With MIG it holds SYS_ADMIN, which Kubernetes refuses to combine with allowPrivilegeEscalation: false.";
const servesNothing = "It serves nothing to probe, and ends by itself when it cannot start or loses";

/** Everything that is allowed to break a rule, with the reason. */
export const exceptions: readonly Exception[] = [
  ...agent("nvidia-device-plugin", {
    "no-host-path": "The kubelet finds device plugins by a socket in its own directory.",
    "run-as-non-root": "Only root may write to the kubelet's directory.",
    "drop-capabilities": withMig,
    "no-privilege-escalation": withMigEscalation,
    probes: `${servesNothing} the kubelet.`,
  }),
  ...agent("nvidia-device-plugin-mps", {
    "no-host-namespaces": "MPS looks after processes of other Pods, which it sees among the node's processes alone.",
    "no-host-path": "Clients find MPS by pipes and shared memory in a directory of the node.",
    "run-as-non-root": "Only root may set the compute mode of a GPU.",
    "no-privilege-escalation": "It is privileged: it mounts the shared memory of MPS for the whole node.",
    "drop-capabilities": "It is privileged: it mounts the shared memory of MPS for the whole node.",
    probes: `${servesNothing} the driver.`,
  }),
  ...agent("gpu-feature-discovery", {
    "run-as-non-root": "NVIDIA's image runs as root, here without a capability; with MIG it needs SYS_ADMIN as well.",
    "drop-capabilities": withMig,
    "no-privilege-escalation": withMigEscalation,
    probes: `${servesNothing} the driver.`,
  }),
  ...agent("node-feature-discovery-worker", {
    "no-host-path": "It reads which PCI devices the node has from /sys, and writes nothing there.",
  }),
  ...agent("dcgm-exporter", {
    "no-host-path": "The kubelet says by a socket in its own directory which Pod has which GPU.",
    "run-as-non-root": "DCGM watches nothing unless it is root (NVIDIA/dcgm-exporter#407).",
    "drop-capabilities": "DCGM watches nothing without SYS_ADMIN (NVIDIA/dcgm-exporter#407); all others are dropped.",
    "no-privilege-escalation": besideSysAdmin,
  }),
  ...agent("mig-manager", {
    "no-host-namespaces": "Resetting a GPU needs to see every process of the node that uses it.",
    "no-host-path": "It changes the mode of PCI devices under /sys, and uses the driver's programs of the node.",
    "run-as-non-root": "Only root may split a GPU.",
    "no-privilege-escalation": "It is privileged: splitting, resetting and unbinding a GPU are open to nothing less.",
    "drop-capabilities": "It is privileged: splitting, resetting and unbinding a GPU are open to nothing less.",
    probes: `${servesNothing} its node; the node's label nvidia.com/mig.config.state says how it went.`,
  }),
  ...agent("dra-driver", {
    "no-host-path":
      "The kubelet finds it by sockets in its own directories, and the container runtime by files in /var/run/cdi.",
    "run-as-non-root": "Only root may write to the kubelet's directories.",
    "no-privilege-escalation": "It is privileged: it makes device nodes and mounts for other containers.",
    "drop-capabilities": "It is privileged: it makes device nodes and mounts for other containers.",
    "read-only-root-filesystem": "Its start script links the driver's directory into its own root.",
  }),
  ...agent("node-exporter", {
    "no-host-path":
      "The numbers of a node stand in its own file systems; it reads them without rights and cannot write.",
  }),
];
