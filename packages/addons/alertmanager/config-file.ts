import type { Severity } from "../rules/index.ts";

/** Somebody, or something, that is told of alerts. */
export interface AlertReceiver {
  /** How: a Slack webhook, an HTTP address that takes Alertmanager's JSON, or PagerDuty's Events API v2. */
  kind: "slack" | "webhook" | "pagerduty";
  /** Secret in the add-ons' namespace: the webhook's address, or PagerDuty's routing key. The platform does not make it. */
  secret: { name: string; key: string };
  /** Slack channel. @default the webhook's own */
  channel?: string;
  /** Severities to tell of. @default critical and warning */
  severities: readonly Exclude<Severity, "none">[];
  /** Tenants to tell of. @default all, and what belongs to no tenant */
  tenants?: readonly string[];
  /** Tells of the dead-man's switch, every minute, and of nothing else. @default false */
  deadMansSwitch: boolean;
}

/** Where a receiver's secret is mounted: the file `value` in a directory of its own. */
export function secretDirectory(receiver: string): string {
  return `/etc/alertmanager-secrets/${receiver}`;
}

interface Route {
  receiver: string;
  matchers?: string[];
  continue?: boolean;
  group_by?: string[];
  group_wait?: string;
  group_interval?: string;
  repeat_interval?: string;
  routes?: Route[];
}

/** Name of the receiver of what nobody asked for. */
const nobody = "nobody";

/** How often somebody is told again of what goes on. */
const repeatIntervals: Readonly<Record<Exclude<Severity, "none">, string>> = {
  critical: "1h",
  warning: "12h",
  info: "3d",
};

/** Alertmanager's configuration. It holds no secret: receivers read theirs from files. */
export function alertmanagerFile(receivers: Readonly<Record<string, AlertReceiver>>) {
  const all = Object.entries(receivers);
  const forAlerts = all.filter(([, { deadMansSwitch }]) => !deadMansSwitch);
  const forSwitch = all.filter(([, { deadMansSwitch }]) => deadMansSwitch);
  const route: Route = {
    receiver: nobody,
    group_by: ["alertname", "namespace", "workload"],
    group_wait: "30s",
    group_interval: "5m",
    repeat_interval: "4h",
    routes: [
      {
        receiver: nobody,
        matchers: ['severity="none"'],
        routes: forSwitch.map(([receiver]) => ({
          receiver,
          continue: true,
          group_wait: "0s",
          group_interval: "1m",
          repeat_interval: "50s",
        })),
      },
      ...forAlerts.map(([name, receiver]) => receiverRoute(name, receiver)),
    ],
  };
  return {
    route,
    receivers: [{ name: nobody }, ...all.map(([name, receiver]) => ({ name, ...integration(name, receiver) }))],
    inhibit_rules: inhibitions,
  };
}

function receiverRoute(name: string, { severities, tenants }: AlertReceiver): Route {
  return {
    receiver: name,
    matchers: [`severity=~${oneOf(severities)}`, ...(tenants ? [`tenant=~${oneOf(tenants)}`] : [])],
    // Others may want to know too.
    continue: true,
    routes: severities.map((severity) => ({
      receiver: name,
      matchers: [`severity=${JSON.stringify(severity)}`],
      repeat_interval: repeatIntervals[severity],
    })),
  };
}

function oneOf(values: readonly string[]): string {
  return JSON.stringify(values.join("|"));
}

function integration(name: string, { kind, channel, deadMansSwitch }: AlertReceiver) {
  const file = `${secretDirectory(name)}/value`;
  const common = { send_resolved: !deadMansSwitch };
  switch (kind) {
    case "slack":
      return { slack_configs: [{ ...common, api_url_file: file, ...(channel && { channel }), ...slackText }] };
    case "webhook":
      return { webhook_configs: [{ ...common, url_file: file }] };
    case "pagerduty":
      return { pagerduty_configs: [{ ...common, routing_key_file: file, description: title }] };
  }
}

const title =
  "{{ .CommonLabels.severity }}: {{ .CommonLabels.alertname }}{{ with .CommonLabels.workload }} of {{ . }}{{ end }}";
const slackText = {
  title,
  text: "{{ range .Alerts }}{{ .Annotations.summary }}. {{ .Annotations.description }} {{ .Annotations.runbook_url }}\n{{ end }}",
};

/** What need not be told while something larger is told. */
const inhibitions = [
  // That a model is down says more than that it is slow.
  {
    source_matchers: ['severity="critical"', 'workload!=""'],
    target_matchers: ['severity=~"warning|info"', 'workload!=""'],
    equal: ["namespace", "workload"],
  },
  // What runs on a node that is down is down.
  {
    source_matchers: ['alertname="NodeNotReady"'],
    target_matchers: ['alertname=~"TargetDown|Gpu.*|Node(Disk|Memory).*"', 'node!=""'],
    equal: ["node"],
  },
  // Without the API server nothing of Kubernetes' objects can be read.
  {
    source_matchers: ['alertname="ApiServerErrors"'],
    target_matchers: ['alertname=~"KubeStateMetricsErrors|AggregatedApiUnavailable"'],
  },
];
