import type { ServiceDefinition } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { engineAddress, serve, unary } from "../protocol/server.ts";
import { languageRuntime, runPlugin } from "./host.ts";

const handlers = Object.entries(languageRuntime(engineAddress() ?? "")).map(([name, handler]) => [
  name,
  unary(handler as never),
]);
serve(services.LanguageRuntimeService as unknown as ServiceDefinition, {
  ...Object.fromEntries(handlers),
  runPlugin,
  installDependencies: (call: { end(): void }) => call.end(),
});
