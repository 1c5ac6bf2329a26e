import { join } from "node:path";
import { moduleFiles } from "./module-files.ts";

/** Gets the file with the CRDs of Istio's API, as its own project generates it; only tests use it. */
export async function istioDefinitions(): Promise<string> {
  return join(await moduleFiles("istio.io/api", "istio-api"), "kubernetes", "customresourcedefinitions.gen.yaml");
}
