import type { ScrapeTarget } from "@genai/core";
import {
  clusterScrapeJobs,
  type ClusterJobsArgs,
  podScrapeJob,
  type Relabeling,
  type ScrapeJob,
} from "./scrape-jobs.ts";

/** What Prometheus' configuration follows from. */
export interface PrometheusFileArgs extends ClusterJobsArgs {
  /** Name of the stack: value of the label `cluster` on every alert, and on what is sent elsewhere. */
  cluster: string;
  /** Seconds between two readings of a target, and between two evaluations of a rule. */
  intervalSeconds: number;
  /** What to scrape, beside the cluster itself. */
  targets: readonly ScrapeTarget[];
  /** The Pods of Alertmanager that alerts go to. @default none: alerts show in Prometheus only */
  alertmanager?: ScrapeTarget;
}

/** Where the configuration and the rules are mounted. */
export const prometheusDirectory = "/etc/prometheus";
/** File of the rules, in `prometheusDirectory`. */
export const rulesFile = "rules.yaml";

/** Prometheus' configuration as plain data. */
export interface PrometheusFile {
  global: { scrape_interval: string; evaluation_interval: string; external_labels: Record<string, string> };
  rule_files: string[];
  alerting?: { alertmanagers: Omit<ScrapeJob, "job_name">[] };
  scrape_configs: ScrapeJob[];
}

/** Prometheus' configuration: one job for each target, kubelets, API server. */
export function prometheusFile({
  cluster,
  intervalSeconds,
  targets,
  alertmanager,
  insecureKubeletTls,
}: PrometheusFileArgs): PrometheusFile {
  return {
    global: {
      scrape_interval: `${intervalSeconds}s`,
      evaluation_interval: `${intervalSeconds}s`,
      external_labels: { cluster },
    },
    rule_files: [`${prometheusDirectory}/${rulesFile}`],
    ...(alertmanager && { alerting: { alertmanagers: [alertmanagers(alertmanager)] } }),
    scrape_configs: [...targets.map(podScrapeJob), ...clusterScrapeJobs({ insecureKubeletTls })],
  };
}

/** Every replica of Alertmanager gets every alert; they agree among themselves who notifies. */
function alertmanagers(target: ScrapeTarget): Omit<ScrapeJob, "job_name"> {
  const { scheme, kubernetes_sd_configs, relabel_configs } = podScrapeJob(target);
  const finds = ({ action }: Relabeling) => action === "keep" || action === "drop";
  return { scheme, kubernetes_sd_configs, relabel_configs: relabel_configs.filter(finds) };
}
