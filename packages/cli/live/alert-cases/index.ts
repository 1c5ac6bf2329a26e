import type { AlertCases } from "./alert-case.ts";
import { gpuCases } from "./gpus.ts";
import { modelCases } from "./models.ts";
import { platformCases } from "./platform.ts";
import { serviceCases } from "./services.ts";
import { workerCases } from "./workers.ts";

/** How every alert behaves, by its name. */
export const alertCases: AlertCases = { ...modelCases, ...gpuCases, ...serviceCases, ...workerCases, ...platformCases };
