import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, type PropertyMap, reveal, toStruct } from "../protocol/values.ts";
import { openSandboxCluster } from "./configure.ts";
import type { EngineLog } from "./engine-log.ts";
import { KubernetesProvider, type OperationOptions } from "./provider.ts";
import { checkFailure, diffResponse, initialized } from "./responses.ts";

/** The provider protocol's methods over a `KubernetesProvider`; the engine configures it before it sends resources. */
export function resourceProvider(log: EngineLog) {
  const cancelled = new AbortController();
  let opened: Promise<KubernetesProvider> | undefined;
  const provider = () => opened ?? Promise.reject(new Error("The engine has not configured the provider."));
  const options = (request: { getUrn(): string; getTimeout(): number }): OperationOptions => ({
    timeoutSeconds: request.getTimeout(),
    signal: cancelled.signal,
    onStatus: (message) => log.status(request.getUrn(), message),
  });

  return {
    handshake() {
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    },

    getPluginInfo() {
      const info = new plugin.PluginInfo();
      info.setVersion("4.34.2");
      return info;
    },

    getSchema() {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: "kubernetes", version: "4.34.2" }));
      return response;
    },

    checkConfig(request: proto.CheckRequest) {
      const response = new proto.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    },

    diffConfig: () => new proto.DiffResponse(),

    async configure(request: proto.ConfigureRequest) {
      const configuration = reveal(fromStruct(request.getArgs() as never));
      opened = openSandboxCluster(configuration).then((client) => new KubernetesProvider(client));
      await opened;
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    },

    invoke(request: proto.InvokeRequest): never {
      throw new Error(
        `The sandbox's stand-in for the kubernetes provider knows no function ${request.getTok()}; the real provider does.`,
      );
    },

    async check(request: proto.CheckRequest) {
      const olds = request.getOlds() ? fromStruct(request.getOlds() as never) : undefined;
      const naming = {
        urn: request.getUrn(),
        randomSeed: request.getRandomseed_asU8(),
        proposed: request.getAutonaming()?.getProposedName() || undefined,
      };
      const { inputs, failures } = await (
        await provider()
      ).check(typeOf(request), fromStruct(request.getNews() as never), olds, naming);
      const response = new proto.CheckResponse();
      response.setInputs(toStruct(inputs) as never);
      response.setFailuresList(failures.map(checkFailure));
      return response;
    },

    async diff(request: proto.DiffRequest) {
      const state = fromStruct(request.getOlds() as never);
      const old = request.getOldInputs()
        ? fromStruct(request.getOldInputs() as never)
        : (state["__inputs"] as PropertyMap);
      const found = await (await provider()).diff(typeOf(request), old, fromStruct(request.getNews() as never), state);
      return diffResponse(found);
    },

    async create(request: proto.CreateRequest) {
      const inputs = fromStruct(request.getProperties() as never);
      const response = new proto.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(request.getProperties());
        return response;
      }
      const { id, state } = await initialized((await provider()).create(typeOf(request), inputs, options(request)));
      response.setId(id);
      response.setProperties(toStruct(state) as never);
      return response;
    },

    async read(request: proto.ReadRequest) {
      const inputs = fromStruct(request.getInputs() as never);
      const found = await (
        await provider()
      ).read(typeOf(request), request.getId(), inputs, fromStruct(request.getProperties() as never));
      const response = new proto.ReadResponse();
      if (!found) return response;
      response.setId(found.id);
      response.setInputs(toStruct(found.inputs) as never);
      response.setProperties(toStruct(found.state) as never);
      return response;
    },

    async update(request: proto.UpdateRequest) {
      const [old, inputs] = [fromStruct(request.getOlds() as never), fromStruct(request.getNews() as never)];
      const response = new proto.UpdateResponse();
      if (request.getPreview()) {
        response.setProperties(toStruct(await (await provider()).previewUpdate(old, inputs)) as never);
        return response;
      }
      const { state } = await initialized((await provider()).update(old, inputs, options(request)));
      response.setProperties(toStruct(state) as never);
      return response;
    },

    async delete(request: proto.DeleteRequest) {
      await (
        await provider()
      ).delete(typeOf(request), request.getId(), fromStruct(request.getProperties() as never), options(request));
      return new empty.Empty();
    },

    cancel() {
      cancelled.abort();
      return new empty.Empty();
    },
  };
}

function typeOf(request: { getUrn(): string }): string {
  return request.getUrn().split("::").at(-2)?.split("$").at(-1) ?? "";
}
