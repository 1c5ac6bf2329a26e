import { assert } from "@genai/testing";
import { alertmanagerObjects, type AlertmanagerArgs } from "./alertmanager.ts";
import { alertmanagerFile, type AlertReceiver } from "./config-file.ts";

const receiver: AlertReceiver = {
  kind: "slack",
  secret: { name: "oncall-slack", key: "url" },
  severities: ["critical"],
  deadMansSwitch: false,
};
const args: AlertmanagerArgs = {
  enabled: true,
  namespace: "genai-addons",
  replicas: 2,
  storage: { kind: "volume", size: "1Gi" },
  receivers: { oncall: receiver },
  scraper: { namespace: "genai-addons" },
};

/** The objects as JSON gives them. */
function objectsOf(changes: Partial<AlertmanagerArgs> = {}) {
  return JSON.parse(JSON.stringify(alertmanagerObjects("alertmanager", { ...args, ...changes })));
}

describe("Alertmanager", () => {
  it("reads secrets from files, and has none in its configuration", () => {
    const { statefulSet, config } = objectsOf();
    const { volumes, containers } = statefulSet.spec.template.spec;
    const { secret } = volumes.find(({ name }: { name: string }) => name === "receiver-oncall");
    assert.equal(secret.secretName, "oncall-slack");
    const mount = containers[0].volumeMounts.find(({ name }: { name: string }) => name === "receiver-oncall");
    assert.ok(config.data["alertmanager.yaml"].includes(`"api_url_file": "${mount.mountPath}/value"`));
    // A directory below the read-only one of the configuration could not be made.
    assert.ok(!mount.mountPath.startsWith("/etc/alertmanager/"));
  });

  it("lets replicas find each other, and a single one alone", () => {
    const pod = (changes = {}) => objectsOf(changes).statefulSet.spec.template.spec.containers[0].args as string[];
    assert.equal(pod().filter((each) => each.startsWith("--cluster.peer=")).length, 2);
    assert.ok(pod({ replicas: 1 }).includes("--cluster.listen-address="));
    const { peers, statefulSet } = objectsOf();
    assert.deepEqual([peers.spec.clusterIP, peers.metadata.name], ["None", statefulSet.spec.serviceName]);
  });

  it("knows each kind of receiver, and sends the dead-man's switch to those that ask for it only", () => {
    const { receivers, route } = alertmanagerFile({
      one: receiver,
      two: { ...receiver, kind: "webhook", tenants: ["a", "b"] },
      three: { ...receiver, kind: "pagerduty", deadMansSwitch: true },
    });
    assert.deepEqual(
      receivers.map((each) => Object.keys(each).at(-1)),
      ["name", "slack_configs", "webhook_configs", "pagerduty_configs"],
    );
    const [switchRoute, ...others] = route.routes ?? [];
    assert.deepEqual(
      switchRoute?.routes?.map((each) => each.receiver),
      ["three"],
    );
    assert.deepEqual(
      others.map(({ receiver: name, matchers }) => [name, matchers]),
      [
        ["one", ['severity=~"critical"']],
        ["two", ['severity=~"critical"', 'tenant=~"a|b"']],
      ],
    );
  });
});
