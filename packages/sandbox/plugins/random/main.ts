import type { ServiceDefinition } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { serve, unary } from "../protocol/server.ts";
import { randomProvider } from "./service.ts";

const handlers = Object.entries(randomProvider()).map(([name, handler]) => [name, unary(handler as never)]);
serve(services.ResourceProviderService as unknown as ServiceDefinition, Object.fromEntries(handlers));
