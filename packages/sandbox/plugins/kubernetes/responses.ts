import * as grpc from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { DetailedError } from "../protocol/server.ts";
import { toStruct } from "../protocol/values.ts";
import { type CheckFailure, type DiffResult, InitializationError } from "./provider.ts";

export function checkFailure({ property, reason }: CheckFailure): proto.CheckFailure {
  const failure = new proto.CheckFailure();
  failure.setProperty(property);
  failure.setReason(reason);
  return failure;
}

export function diffResponse({ differences, replaces, deleteBeforeReplace }: DiffResult): proto.DiffResponse {
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
export async function initialized<T>(work: Promise<T>): Promise<T> {
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
