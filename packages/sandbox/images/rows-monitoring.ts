import { monitoringToolTable, type MonitoringToolName } from "../toolchain/monitoring-tools.ts";
import { currentPlatform, type Tool, toolTable } from "../toolchain/tools.ts";
import { baseLayer } from "./base.ts";
import type { LayerEntry } from "./layer-tar.ts";
import type { ImageRecipe } from "./recipe.ts";
import type { ImageRow } from "./row.ts";

/** What distinguishes the images of Go programs from each other. */
interface GoImage {
  repositories: readonly string[];
  /** The programs by their path; the first is what starts. */
  programs: Readonly<Record<string, Tool<string>>>;
  /** Directory that the program writes to and works in. @default none */
  home?: string;
  /** Arguments of the image's own. @default none */
  arguments?: readonly string[];
}

/** User and group of all these images: `nobody`. */
const nobody = 65534;

function goImage({ repositories, programs, home, arguments: Cmd }: GoImage): ImageRow {
  const [[path = "", tool] = []] = Object.entries(programs);
  const name = tool?.name ?? "";
  const directory: LayerEntry[] = home ? [{ path: home, type: "directory", owner: [nobody, nobody] }] : [];
  const recipe: ImageRecipe = {
    layers: [
      baseLayer,
      ...(home ? [{ kind: "files", name: `${name}-home`, entries: directory } as const] : []),
      { kind: "programs", name, programs },
    ],
    settings: { Entrypoint: [path], Cmd, User: `${nobody}:${nobody}`, WorkingDir: home ?? "/" },
  };
  return {
    repositories,
    workload: "real",
    pulled: true,
    recipe,
    version: tool?.version,
    from: `Go module of ${name} ${tool?.version}`,
    differs: "The same program, built here by Go without C, alone on an empty file system.",
  };
}

const monitoring = Object.fromEntries(monitoringToolTable().map((tool) => [tool.name, tool])) as Record<
  MonitoringToolName,
  Tool<string>
>;

/** Where the Prometheus projects publish their images. */
function prometheusProject(name: string): string[] {
  return [`quay.io/prometheus/${name}`, `docker.io/prom/${name}`];
}

/** Images of add-ons that watch the cluster. */
export function monitoringRows(): ImageRow[] {
  const metricsServer = toolTable(currentPlatform()).filter(({ name }) => name === "metrics-server");
  return [
    ...metricsServer.map((tool) =>
      goImage({
        repositories: ["registry.k8s.io/metrics-server/metrics-server"],
        programs: { "/metrics-server": tool },
      }),
    ),
    goImage({
      repositories: prometheusProject("prometheus"),
      programs: { "/bin/prometheus": monitoring.prometheus, "/bin/promtool": monitoring.promtool },
      home: "/prometheus",
      arguments: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    }),
    goImage({
      repositories: prometheusProject("alertmanager"),
      programs: { "/bin/alertmanager": monitoring.alertmanager, "/bin/amtool": monitoring.amtool },
      home: "/alertmanager",
      arguments: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
    }),
    goImage({
      repositories: prometheusProject("node-exporter"),
      programs: { "/bin/node_exporter": monitoring.node_exporter },
    }),
    goImage({
      repositories: ["registry.k8s.io/kube-state-metrics/kube-state-metrics"],
      programs: { "/kube-state-metrics": monitoring["kube-state-metrics"] },
    }),
    goImage({
      repositories: ["registry.k8s.io/prometheus-adapter/prometheus-adapter"],
      programs: { "/adapter": monitoring["prometheus-adapter"] },
    }),
    {
      repositories: ["docker.io/grafana/grafana"],
      workload: "simulated",
      pulled: true,
      from: "published as an image and an archive only: its Go module lacks the pages",
      differs: "Pods show as Ready, and no dashboard can be opened.",
    },
    {
      repositories: ["docker.io/otel/opentelemetry-collector-k8s"],
      workload: "simulated",
      pulled: true,
      from: "published as an image and an archive only: its program is put together when it is released",
      differs: "Pods show as Ready, and no trace is collected.",
    },
  ];
}
