import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, type PropertyMap, toStruct } from "../../protocol/values.ts";

/** A resource as the engine keeps it between two calls. */
export interface Kept {
  type: string;
  name: string;
  id: string;
  inputs: PropertyMap;
  state: PropertyMap;
}

/** What a check is told beside the new inputs: those of before, and the engine's seed for names. */
export type Before = Partial<Pick<Kept, "inputs">> & { seed?: string };

/** What a refused create or update tells: with `kept`, the object exists and is not ready. */
export class OperationError extends Error {
  readonly reasons: string[];
  readonly kept: { id: string; state: PropertyMap } | undefined;

  constructor(error: grpc.ServiceError) {
    super(error.details);
    const packed = error.metadata?.get("grpc-status-details-bin")[0];
    const detail = packed ? status.Status.deserializeBinary(packed as Buffer).getDetailsList()[0] : undefined;
    const failed = detail ? proto.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8()) : undefined;
    this.reasons = failed?.getReasonsList() ?? [];
    this.kept = failed ? { id: failed.getId(), state: fromStruct(failed.getProperties() as never) } : undefined;
  }
}

/** Drives the provider as the engine does: as a process of its own, over gRPC. */
export class Engine {
  /** What the provider showed beside resources, in order. */
  readonly messages: { urn: string; message: string; ephemeral: boolean }[] = [];
  readonly #log = new grpc.Server();
  #process: ChildProcess | undefined;
  #client: InstanceType<typeof services.ResourceProviderClient> | undefined;

  async start(environment: Record<string, string> = {}): Promise<void> {
    this.#log.addService(engineServices.EngineService as never, {
      log: (call: { request: engineMessages.LogRequest }, answer: grpc.sendUnaryData<unknown>) => {
        const { request } = call;
        this.messages.push({
          urn: request.getUrn(),
          message: request.getMessage(),
          ephemeral: request.getEphemeral(),
        });
        answer(null, new empty.Empty());
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      this.#log.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const main = join(import.meta.dirname, "..", "main.ts");
    const env = { ...process.env, ...environment };
    this.#process = spawn(process.execPath, [main, `127.0.0.1:${port}`], { env, stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface({ input: this.#process.stdout as never }), "line")) as [string];
    this.#client = new services.ResourceProviderClient(`127.0.0.1:${line}`, grpc.credentials.createInsecure());
  }

  async configure(config: PropertyMap = {}): Promise<proto.ConfigureResponse> {
    const request = new proto.ConfigureRequest();
    request.setArgs(toStruct(config) as never);
    return this.#call("configure", request);
  }

  async check(type: string, name: string, given: PropertyMap, before: Before = {}): Promise<PropertyMap> {
    const { inputs: old, seed = "seed" } = before;
    const request = new proto.CheckRequest();
    request.setUrn(urn(type, name));
    request.setNews(toStruct(given) as never);
    if (old) request.setOlds(toStruct(old) as never);
    request.setRandomseed(Buffer.from(seed));
    const response = await this.#call<proto.CheckResponse>("check", request);
    const [failure] = response.getFailuresList();
    if (failure) throw new Error(`${failure.getProperty()}: ${failure.getReason()}`);
    return fromStruct(response.getInputs() as never);
  }

  async diff(kept: Kept, news: PropertyMap): Promise<{ paths: string[]; replaces: string[]; deleteFirst: boolean }> {
    const request = new proto.DiffRequest();
    request.setUrn(urn(kept.type, kept.name));
    request.setId(kept.id);
    request.setOldInputs(toStruct(kept.inputs) as never);
    request.setOlds(toStruct(kept.state) as never);
    request.setNews(toStruct(news) as never);
    const response = await this.#call<proto.DiffResponse>("diff", request);
    return {
      paths: [...response.getDetaileddiffMap().keys()],
      replaces: response.getReplacesList(),
      deleteFirst: response.getDeletebeforereplace(),
    };
  }

  async create(type: string, name: string, given: PropertyMap, timeoutSeconds = 0): Promise<Kept> {
    const inputs = await this.check(type, name, given);
    const request = new proto.CreateRequest();
    request.setUrn(urn(type, name));
    request.setProperties(toStruct(inputs) as never);
    request.setTimeout(timeoutSeconds);
    const response = await this.#call<proto.CreateResponse>("create", request);
    return { type, name, id: response.getId(), inputs, state: fromStruct(response.getProperties() as never) };
  }

  async previewCreate(type: string, name: string, given: PropertyMap): Promise<PropertyMap> {
    const request = new proto.CreateRequest();
    request.setUrn(urn(type, name));
    request.setProperties(toStruct(await this.check(type, name, given)) as never);
    request.setPreview(true);
    return fromStruct((await this.#call<proto.CreateResponse>("create", request)).getProperties() as never);
  }

  async update(kept: Kept, given: PropertyMap, options: { preview?: boolean; timeout?: number } = {}): Promise<Kept> {
    const inputs = await this.check(kept.type, kept.name, given, kept);
    const request = new proto.UpdateRequest();
    request.setUrn(urn(kept.type, kept.name));
    request.setId(kept.id);
    request.setOlds(toStruct(kept.state) as never);
    request.setOldInputs(toStruct(kept.inputs) as never);
    request.setNews(toStruct(inputs) as never);
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    const response = await this.#call<proto.UpdateResponse>("update", request);
    return { ...kept, inputs, state: fromStruct(response.getProperties() as never) };
  }

  /** Without a kept resource it is an import. */
  async read(type: string, name: string, id: string, kept?: Kept): Promise<Kept | undefined> {
    const request = new proto.ReadRequest();
    request.setUrn(urn(type, name));
    request.setId(id);
    if (kept) request.setInputs(toStruct(kept.inputs) as never);
    if (kept) request.setProperties(toStruct(kept.state) as never);
    const response = await this.#call<proto.ReadResponse>("read", request);
    if (!response.getId()) return undefined;
    const [inputs, state] = [response.getInputs(), response.getProperties()].map((part) => fromStruct(part as never));
    return { type, name, id: response.getId(), inputs: inputs ?? {}, state: state ?? {} };
  }

  async delete(kept: Kept, timeoutSeconds = 0): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urn(kept.type, kept.name));
    request.setId(kept.id);
    request.setProperties(toStruct(kept.state) as never);
    request.setTimeout(timeoutSeconds);
    await this.#call("delete", request);
  }

  async invoke(token: string): Promise<void> {
    const request = new proto.InvokeRequest();
    request.setTok(token);
    await this.#call("invoke", request);
  }

  async cancel(): Promise<void> {
    await this.#call("cancel", new empty.Empty());
  }

  stop(): void {
    this.#client?.close();
    this.#process?.kill("SIGKILL");
    this.#log.forceShutdown();
  }

  #call<Response>(method: string, request: unknown): Promise<Response> {
    type Call = (request: unknown, answer: (error: grpc.ServiceError | null, response: Response) => void) => void;
    const client = this.#client as unknown as Record<string, Call>;
    return new Promise((resolve, reject) =>
      client[method]?.(request, (error, response) => (error ? reject(new OperationError(error)) : resolve(response))),
    );
  }
}

function urn(type: string, name: string): string {
  return `urn:pulumi:dev::genai::genai:tenancy:Tenant$${type}::${name}`;
}
