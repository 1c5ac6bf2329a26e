import { type Problem, type Variable, variablesOf } from "@genai/core";

/** Where documents are. */
export interface PipelineSource {
  kind: "s3" | "git" | "web" | "volume";
  /** `s3://bucket/prefix`, a repository's or page's address, or the name of a claim in the tenant's namespace. */
  location: string;
  /** S3's address. @default that of Amazon's region us-east-1 */
  endpoint?: string;
  /**
   * Secret of the tenant's namespace: keys `access-key-id` and `secret-access-key` for S3, `token` for a private repository.
   * @default none; S3 takes one
   */
  secret?: string;
  /** Size of a volume's claim, as a quantity: the platform then makes it, and it outlives the pipeline. @default the claim is there already */
  storage?: string;
}

/** Where a volume's files are in the container. */
export const volumeDirectory = "/source";

const forms: Readonly<Record<PipelineSource["kind"], [form: RegExp, example: string]>> = {
  s3: [/^s3:\/\/[a-z0-9][a-z0-9.-]+(\/|$)/, "s3://handbook/"],
  git: [/^https:\/\/./, "https://git.example.com/team/handbook.git"],
  web: [/^https?:\/\/./, "https://docs.example.com/"],
  volume: [/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "handbook-files"],
};

/** What is wrong with a source. */
export function sourceProblems(path: string, { kind, location, endpoint, secret, storage }: PipelineSource): Problem[] {
  const [form, example] = forms[kind];
  const problems: Problem[] = [];
  if (!form.test(location)) {
    const message = `"${location}" given; a source of kind ${kind} must be of the form ${example}`;
    problems.push({ path: `${path}.location`, message });
  }
  if (kind !== "volume" && storage !== undefined)
    problems.push({
      path: `${path}.storage`,
      message: `is for a source of kind volume, and this one is of kind ${kind}; remove it`,
    });
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    const message = `"${endpoint}" given; must be an address such as https://s3.eu-west-1.amazonaws.com`;
    problems.push({ path: `${path}.endpoint`, message });
  }
  if (kind === "s3" && secret === undefined) {
    const message =
      "is missing; name a Secret of the tenant's namespace with the keys access-key-id and secret-access-key";
    problems.push({ path: `${path}.secret`, message });
  }
  return problems;
}

/** The worker program's settings of a source, as its `source/index.ts` reads them. */
export function sourceVariables({ kind, location, endpoint, secret }: PipelineSource): Variable[] {
  const key = (name: string) => (secret === undefined ? undefined : { name: secret, key: name });
  // Amazon refuses what is signed for another region than the address's; others take any.
  const region = /^https:\/\/s3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(endpoint ?? "")?.[1] ?? "us-east-1";
  return variablesOf({
    SOURCE_KIND: kind,
    SOURCE_LOCATION: kind === "volume" ? volumeDirectory : location,
    ...(kind === "git" && { SOURCE_DIRECTORY: "/tmp/repository", SOURCE_TOKEN: key("token") }),
    ...(kind === "s3" && {
      S3_ENDPOINT: endpoint ?? `https://s3.${region}.amazonaws.com`,
      S3_REGION: region,
      S3_ACCESS_KEY_ID: key("access-key-id"),
      S3_SECRET_ACCESS_KEY: key("secret-access-key"),
    }),
  });
}
