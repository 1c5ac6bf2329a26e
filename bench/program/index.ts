import { resourceClasses } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { benchObjects } from "../objects.ts";

const { namespace, configMaps, deployments, services } = benchObjects(new pulumi.Config().requireNumber("count"));
const dependsOn = [new resourceClasses.Namespace("namespace", namespace)];
configMaps.forEach((object, index) => new resourceClasses.ConfigMap(`config-${index}`, object, { dependsOn }));
deployments.forEach((object, index) => new resourceClasses.Deployment(`deployment-${index}`, object, { dependsOn }));
services.forEach((object, index) => new resourceClasses.Service(`service-${index}`, object, { dependsOn }));
