/** A container image's reference, taken apart. */
export interface ImageReference {
  /** Host of the registry; `docker.io` where the reference names none. */
  registry: string;
  /** Registry and path: what the image table is keyed by. */
  repository: string;
  /** `latest` where the reference has neither tag nor digest. */
  tag?: string;
  /** `sha256:…` */
  digest?: string;
}

/**
 * Takes a reference apart as containerd does (distribution/reference): a first part without a dot, a colon or `localhost` is no
 * host, and a single name at docker.io is one of `library`.
 * @throws {Error} If it is none.
 */
export function parseReference(reference: string): ImageReference {
  const match = /^(?<name>[^@\s]+?)(?::(?<tag>[\w][\w.-]*))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(reference);
  const { name, tag, digest } = match?.groups ?? {};
  if (!name) throw new Error(`"${reference}" is no image reference; write registry/path:tag`);
  const [first = "", ...rest] = name.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = hasHost ? first : "docker.io";
  const path = hasHost ? rest.join("/") : name;
  const repository = `${registry}/${registry === "docker.io" && !path.includes("/") ? `library/${path}` : path}`;
  return { registry, repository, tag: tag ?? (digest ? undefined : "latest"), digest };
}

/** The name under which containerd keeps an image: what kubelet asks it for. A digest counts more than a tag. */
export function storedName(reference: string): string {
  const { repository, tag, digest } = parseReference(reference);
  return digest ? `${repository}@${digest}` : `${repository}:${tag}`;
}
