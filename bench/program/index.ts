import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { benchObjects } from "../objects.ts";

const { namespace, configMaps, deployments, services } = benchObjects(new pulumi.Config().requireNumber("count"));
const options = { dependsOn: [new kubernetes.core.v1.Namespace("namespace", namespace)] };
configMaps.forEach((object, index) => new kubernetes.core.v1.ConfigMap(`config-${index}`, object, options));
deployments.forEach((object, index) => new kubernetes.apps.v1.Deployment(`deployment-${index}`, object, options));
services.forEach((object, index) => new kubernetes.core.v1.Service(`service-${index}`, object, options));
