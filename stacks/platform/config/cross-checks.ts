import type { Problem } from "@genai/core";
import { checkAddons } from "./check-addons.ts";
import { checkData } from "./check-data.ts";
import { checkEdge } from "./check-edge.ts";
import { checkJobs } from "./check-jobs.ts";
import { checkMesh } from "./check-mesh.ts";
import { checkModels } from "./check-models.ts";
import { checkMonitoring } from "./check-monitoring.ts";
import { checkPlaces } from "./check-places.ts";
import { checkPools } from "./check-pools.ts";
import { checkPrompts } from "./check-prompts.ts";
import { checkScheduling } from "./check-scheduling.ts";
import { checkSums } from "./check-sums.ts";
import { checkTenants } from "./check-tenants.ts";
import { checkVectorStores } from "./check-vector-stores.ts";
import { isMap } from "./is-map.ts";
import type { PlatformConfig } from "./schema.ts";

/** What the checks read: the sections that parsed, and the names that the file gives, so that a broken entry is not called absent. */
export interface CheckInput extends Partial<PlatformConfig> {
  /** Every tenant that the file names, well-formed or not; undefined if that cannot be told. */
  tenantNames: readonly string[] | undefined;
}

/** What must hold between the parts of a stack file, beyond the form of each. */
export function crossChecks(config: Partial<PlatformConfig>, values: Readonly<Record<string, unknown>>): Problem[] {
  const tenants = values["genai:tenants"] ?? {};
  const input = { ...config, tenantNames: isMap(tenants) ? Object.keys(tenants) : undefined };
  const checks = [
    checkPools,
    checkAddons,
    checkTenants,
    checkModels,
    checkPlaces,
    checkVectorStores,
    checkData,
    checkJobs,
    checkEdge,
    checkPrompts,
    checkSums,
    checkScheduling,
    checkMonitoring,
    checkMesh,
  ];
  return checks.flatMap((check) => check(input));
}
