import { isDeepStrictEqual } from "node:util";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, hasUnknown, reveal, toStruct } from "../protocol/values.ts";
import { generators, problemsOf } from "./resources.ts";

/** The provider protocol's methods for random values; every changed input makes a new one, as with the real provider. */
export function randomProvider() {
  return {
    handshake() {
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    },

    getPluginInfo() {
      const info = new plugin.PluginInfo();
      info.setVersion("4.21.2");
      return info;
    },

    getSchema() {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: "random", version: "4.21.2" }));
      return response;
    },

    checkConfig(request: proto.CheckRequest) {
      const response = new proto.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    },

    diffConfig: () => new proto.DiffResponse(),

    configure() {
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    },

    check(request: proto.CheckRequest) {
      const response = new proto.CheckResponse();
      const inputs = reveal(fromStruct(request.getNews() as never));
      response.setInputs(request.getNews());
      if (hasUnknown(inputs)) return response;
      for (const { property, reason } of problemsOf(kindOf(request), inputs)) {
        const failure = new proto.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        response.addFailures(failure);
      }
      return response;
    },

    diff(request: proto.DiffRequest) {
      const [old, news] = [request.getOldInputs(), request.getNews()].map((struct) =>
        reveal(fromStruct(struct as never)),
      );
      const changed = [...new Set([...Object.keys(old ?? {}), ...Object.keys(news ?? {})])].filter(
        (key) => !isDeepStrictEqual(old?.[key], news?.[key]),
      );
      const response = new proto.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed);
      response.setReplacesList(changed);
      return response;
    },

    create(request: proto.CreateRequest) {
      const response = new proto.CreateResponse();
      const inputs = fromStruct(request.getProperties() as never);
      if (request.getPreview()) {
        response.setProperties(request.getProperties());
        return response;
      }
      const generate = generators[kindOf(request)];
      if (!generate)
        throw new Error(
          `The sandbox's stand-in for the random provider makes no ${kindOf(request)}; the real provider does.`,
        );
      const { id, outputs } = generate(reveal(inputs));
      response.setId(id);
      response.setProperties(toStruct({ ...inputs, ...outputs }) as never);
      return response;
    },

    read(request: proto.ReadRequest) {
      if (!request.getProperties()) throw new Error(`A ${kindOf(request)} cannot be imported into the sandbox.`);
      const response = new proto.ReadResponse();
      response.setId(request.getId());
      response.setInputs(request.getInputs());
      response.setProperties(request.getProperties());
      return response;
    },

    delete: () => new empty.Empty(),
    cancel: () => new empty.Empty(),
  };
}

/** `RandomPassword` of `…::random:index/randomPassword:RandomPassword::name`. */
function kindOf(request: { getUrn(): string }): string {
  return request.getUrn().split("::").at(-2)?.split(":").at(-1) ?? "";
}
