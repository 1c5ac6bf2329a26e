import * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { DetailedError } from "../protocol/server.ts";
import { fromStruct, type PropertyMap, reveal, toStruct } from "../protocol/values.ts";
import { openSandboxCluster } from "./configure.ts";
import type { EngineLog } from "./engine-log.ts";
import { InitializationError, KubernetesProvider, type OperationOptions } from "./provider.ts";

/** The provider protocol's methods over a `KubernetesProvider`; the engine configures it before it sends resources. */
export function resourceProvider(log: EngineLog) {
  const cancelled = new AbortController();
  let configuration: PropertyMap = {};
  let opened: Promise<KubernetesProvider> | undefined;
  /** Opened with the first resource, so that a preview of nothing needs no cluster. */
  const provider = () =>
    (opened ??= openSandboxCluster(configuration).then((client) => new KubernetesProvider(client)));
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

    configure(request: proto.ConfigureRequest) {
      configuration = reveal(fromStruct(request.getArgs() as never));
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
      const inputs = await (
        await provider()
      ).check(typeOf(request), fromStruct(request.getNews() as never), olds, naming);
      const response = new proto.CheckResponse();
      response.setInputs(toStruct(inputs) as never);
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
        response.setProperties(toStruct({ ...old, ...inputs }) as never);
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

function diffResponse({ differences, replaces, deleteBeforeReplace }: Awaited<ReturnType<KubernetesProvider["diff"]>>) {
  const response = new proto.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  response.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setReplacesList(replaces);
  response.setDiffsList([...new Set(differences.map(({ path }) => path.split(/[.[]/)[0] ?? path))]);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  const { Kind } = proto.PropertyDiff;
  for (const { path, change } of differences) {
    const kinds = {
      add: [Kind.ADD, Kind.ADD_REPLACE],
      delete: [Kind.DELETE, Kind.DELETE_REPLACE],
      update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    };
    const detail = new proto.PropertyDiff();
    detail.setKind(kinds[change][replaces.includes(path) ? 1 : 0] ?? Kind.UPDATE);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/** Lets the engine keep an object that exists but is not ready, with the reasons. */
async function initialized<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof InitializationError)) throw error;
    const { resource, reasons, message } = error;
    const detail = new proto.ErrorResourceInitFailed();
    detail.setId(resource.id);
    detail.setProperties(toStruct(resource.state) as never);
    detail.setInputs(toStruct(resource.inputs) as never);
    detail.setReasonsList(reasons);
    const packed = new any.Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const answer = new status.Status();
    answer.setCode(grpc.status.UNKNOWN);
    answer.setMessage(message);
    answer.addDetails(packed);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
    throw new DetailedError(message, metadata);
  }
}
