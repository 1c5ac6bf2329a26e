import fs from "node:fs";
import git from "isomorphic-git";
import http from "isomorphic-git/http/node";
import type { SourceDocument } from "./source.ts";
import { volumeDocuments } from "./volume.ts";

/** What a repository is fetched with. */
export interface GitSource {
  /** Its address, `https://…`. */
  url: string;
  /** Token for a private one. @default none */
  token?: string;
  /** An empty directory for the newest commit's files. */
  directory: string;
}

/** The documents of a repository's newest commit. */
export async function* gitDocuments({ url, token, directory }: GitSource): AsyncIterable<SourceDocument> {
  await git.clone({
    fs,
    http,
    dir: directory,
    url,
    singleBranch: true,
    depth: 1,
    // A second request with the same token would be refused as the first was.
    ...(token && { onAuth: () => ({ username: "git", password: token }), onAuthFailure: () => ({ cancel: true }) }),
  });
  yield* volumeDocuments(directory);
}
