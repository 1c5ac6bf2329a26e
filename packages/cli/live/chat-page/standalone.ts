import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayFiles } from "@genai/services";
import { GatewayDirectory } from "../lite-llm.ts";
import { freePorts } from "../programs.ts";
import { startUpstream, type Upstream } from "../upstream.ts";
import { OpenWebUi } from "./open-webui.ts";

/** Account of the page's administrator. */
export const administrator = { email: "ada@example.com", password: "an-administrators-password" };

const pool = { name: "system", nodes: 1, memory: "16Gi", taints: [] };
const keys = { research: "sk-research-key", support: "sk-support-key" };

/** The real chat page in front of the real gateway, in front of small servers of models. */
export class StandalonePage {
  readonly openWebUi: OpenWebUi;
  /** The servers by the names of their models; `code` is another tenant's. */
  readonly upstreams: Readonly<Record<"chat" | "documents" | "code", Upstream>>;
  /** Host and port of the gateway. */
  readonly gatewayAddress: string;
  readonly #gateway: GatewayDirectory;

  private constructor(
    openWebUi: OpenWebUi,
    upstreams: StandalonePage["upstreams"],
    gateway: GatewayDirectory,
    gatewayAddress: string,
  ) {
    this.openWebUi = openWebUi;
    this.upstreams = upstreams;
    this.#gateway = gateway;
    this.gatewayAddress = gatewayAddress;
  }

  /** Starts all of it, with two tenants at the gateway. @param directories Empty ones, which may hold what the programs write. */
  static async start(directories: { gateway: string; page: string }): Promise<StandalonePage> {
    const gateway = new GatewayDirectory(directories.gateway);
    const upstreams = {
      chat: await startUpstream("chat"),
      documents: await startUpstream("documents"),
      code: await startUpstream("code"),
    };
    upstreams.chat.refusesTools = true;
    const model = (tenant: string) => ({ endpoint: "", apiKey: "", tenant, drainSeconds: 0 });
    const documents = { ...model("research"), kind: "embedding" as const };
    const gatewayArgs = {
      models: { chat: model("research"), documents, code: model("support") },
      tenants: {
        research: { namespace: "tenant-research", key: "" },
        support: { namespace: "tenant-support", key: "" },
      },
      timeoutSeconds: 30,
    };
    const endpoints = Object.fromEntries(Object.entries(upstreams).map(([name, { endpoint }]) => [name, endpoint]));
    const [gatewayPort = 0, cachePort = 0, pagePort = 0] = await freePorts(3);
    gateway.write(gatewayFiles(gatewayArgs, endpoints, { host: "127.0.0.1", port: cachePort }), keys);
    const image = await gateway.unpack();
    await gateway.startLiteLlm(image, gatewayPort, {
      ...gateway.environment(image, Object.keys(gatewayArgs.models)),
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_MASTER_KEY: "sk-master-key",
      CACHE_PASSWORD: "none",
    });
    const gatewayAddress = `127.0.0.1:${gatewayPort}`;
    const openWebUi = new OpenWebUi(directories.page, pagePort, {
      tenant: "research",
      namespace: "tenant-research",
      pool,
      gatewayEndpoint: `http://${gatewayAddress}/v1`,
      gatewayKey: keys.research,
      sessionKey: "a-session-key-of-32-bytes-or-more",
      administrator: administrator.email,
      administratorPassword: administrator.password,
      cachePassword: "",
      models: ["chat"],
      embedder: "documents",
    });
    await openWebUi.start();
    return new StandalonePage(openWebUi, upstreams, gateway, gatewayAddress);
  }

  /** Replaces the tenant's key at the gateway, which takes no other from then on. */
  replaceKey(key: string): void {
    writeFileSync(join(this.#gateway.directory, "keys", "research"), key);
  }

  async stop(): Promise<void> {
    await this.openWebUi.stop();
    await this.#gateway.stop();
    for (const upstream of Object.values(this.upstreams)) upstream.stop();
  }
}
