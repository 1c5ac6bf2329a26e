import { S3mini } from "s3mini";
import { RefusedError } from "../queue/task.ts";
import { documentName, refuseLarge, type SourceDocument } from "./source.ts";

/** What a bucket is read with. */
export interface S3Source {
  /** `s3://bucket/prefix`. */
  location: string;
  /** Address of the service: `https://s3.eu-west-1.amazonaws.com`. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** The documents of a bucket below a prefix, page by page. */
export async function* s3Documents({ location, endpoint, ...access }: S3Source): AsyncIterable<SourceDocument> {
  const { hostname: bucket, pathname } = new URL(location);
  const client = new S3mini({ ...access, endpoint: new URL(bucket, `${endpoint.replace(/\/$/, "")}/`).href });
  let token: string | undefined;
  do {
    const page = await client.listObjectsPaged("/", pathname.slice(1), 1000, token);
    for (const { Key: key, Size: size } of page?.objects ?? [])
      if (documentName.test(key)) yield { name: key, read: () => readObject(client, key, size) };
    token = page?.nextContinuationToken;
  } while (token);
}

async function readObject(client: S3mini, key: string, size: number): Promise<Buffer> {
  refuseLarge(size);
  const content = await client.getObjectArrayBuffer(key);
  if (!content) throw new RefusedError("was removed since it was listed");
  return Buffer.from(content);
}
