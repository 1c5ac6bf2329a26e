import { onPods, type Rule } from "../rule.ts";

export const noHostPath: Rule = {
  name: "no-host-path",
  description: "Pods mount nothing of the node's filesystem: it outlives them and shows them what is not theirs.",
  check: onPods(({ volumes = [] }) =>
    volumes
      .filter(({ hostPath }) => hostPath)
      .map(
        ({ name, hostPath }) =>
          `volume ${name} is the node's ${hostPath?.path}; use a PersistentVolumeClaim or an emptyDir`,
      ),
  ),
};
