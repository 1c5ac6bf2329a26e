/** An object that may break a rule. */
export interface Exception {
  rule: string;
  kind: string;
  namespace: string;
  name: string;
  /** Why it must, in a sentence. */
  reason: string;
}

const devicePlugin = { kind: "DaemonSet", namespace: "genai-addons", name: "nvidia-device-plugin" };

const nodeExporter = { kind: "DaemonSet", namespace: "genai-addons", name: "node-exporter" };

/** Everything that is allowed to break a rule, with the reason. */
export const exceptions: readonly Exception[] = [
  {
    ...devicePlugin,
    rule: "no-host-path",
    reason: "The kubelet finds device plugins by a socket in its own directory.",
  },
  { ...devicePlugin, rule: "run-as-non-root", reason: "Only root may write to the kubelet's directory." },
  {
    ...devicePlugin,
    rule: "drop-capabilities",
    reason: "With MIG it needs SYS_ADMIN to read the devices of the MIG monitor; without MIG it drops all.",
  },
  {
    ...devicePlugin,
    rule: "no-privilege-escalation",
    reason: "With MIG it holds SYS_ADMIN, which Kubernetes refuses to combine with allowPrivilegeEscalation: false.",
  },
  {
    ...devicePlugin,
    rule: "probes",
    reason: "It serves nothing to probe, and ends by itself when it cannot start or loses the kubelet.",
  },
  {
    ...nodeExporter,
    rule: "no-host-path",
    reason: "The numbers of a node stand in its own file systems; it reads them without rights and cannot write.",
  },
];
