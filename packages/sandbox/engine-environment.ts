import { delimiter, dirname, join } from "node:path";

/** What the sandbox's Pulumi engine runs with. */
export interface SandboxEngine {
  /** Path of the `pulumi` binary. */
  pulumi: string;
  /** PULUMI_HOME: holds the provider plugins and the language host. */
  home: string;
  /** The embedded cluster's kubeconfig. */
  kubeconfig: string;
  passphraseFile: string;
  /** Directory of the file backend. */
  backend: string;
}

/** The engine's environment: its own home, backend, cluster and passphrase, whatever the user's shell says. */
export function sandboxEnvironment(engine: SandboxEngine): Record<string, string | undefined> {
  const path = [dirname(process.execPath), dirname(engine.pulumi), process.env["PATH"]];
  return {
    PATH: path.join(delimiter),
    PULUMI_HOME: engine.home,
    PULUMI_BACKEND_URL: `file://${engine.backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: engine.passphraseFile,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // One backup copy of the state for each step would double the writing; every update keeps its own history entry.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    KUBECONFIG: engine.kubeconfig,
    // Every engine operation starts five Node processes that load the same modules.
    NODE_COMPILE_CACHE: join(engine.home, "compile-cache"),
  };
}
