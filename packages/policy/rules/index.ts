import type { Rule } from "../rule.ts";
import { boundedJobs } from "./bounded-jobs.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { dropCapabilities } from "./drop-capabilities.ts";
import { gpuPlacement } from "./gpu-placement.ts";
import { noExposedServices } from "./no-exposed-services.ts";
import { noHostNamespaces } from "./no-host-namespaces.ts";
import { noHostPath } from "./no-host-path.ts";
import { noLiteralSecrets } from "./no-literal-secrets.ts";
import { noPrivilegeEscalation } from "./no-privilege-escalation.ts";
import { noWildcardRoles } from "./no-wildcard-roles.ts";
import { pinnedImages } from "./pinned-images.ts";
import { probes } from "./probes.ts";
import { readOnlyRootFilesystem } from "./read-only-root-filesystem.ts";
import { replicasApart } from "./replicas-apart.ts";
import { resources } from "./resources.ts";
import { runAsNonRoot } from "./run-as-non-root.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { serviceAccount } from "./service-account.ts";
import { tenantBorders } from "./tenant-borders.ts";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  noPrivilegeEscalation,
  runAsNonRoot,
  dropCapabilities,
  readOnlyRootFilesystem,
  seccompProfile,
  noHostNamespaces,
  noHostPath,
  serviceAccount,
  pinnedImages,
  resources,
  probes,
  disruptionBudget,
  replicasApart,
  boundedJobs,
  gpuPlacement,
  tenantBorders,
  noExposedServices,
  noLiteralSecrets,
  noWildcardRoles,
];
