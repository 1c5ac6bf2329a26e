import { serve, engineAddress, unary } from "../protocol/server.ts";
import { resourceProvider } from "./service.ts";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { EngineLog } from "./engine-log.ts";

const implementation = resourceProvider(new EngineLog(engineAddress()));
const handlers = Object.fromEntries(
  Object.entries(implementation).map(([name, handler]) => [name, unary(handler as never)]),
);
serve(services.ResourceProviderService as never, handlers);
