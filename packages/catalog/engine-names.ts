import { type Engine, type EngineName, engines } from "./engines.ts";

/** Names of an engine's metrics and options at a version. */
export interface EngineNames {
  metrics: Readonly<Record<string, string>>;
  options: Readonly<Record<string, string>>;
}

/**
 * What an engine calls its metrics and options at a version: an autoscaler that asks for a metric by its name of another version sees
 * nothing, and an unknown option keeps the engine from starting.
 *
 * @param version `0.11.0`; of llama.cpp the build, `b8681`. @default the version that `images` pins
 */
export function engineNames(name: EngineName, version: string = engines[name].version): EngineNames {
  const engine: Engine = engines[name];
  const ahead = (engine.history ?? []).filter(({ since }) => compareVersions(version, since) < 0);
  const absent = new Set(ahead.flatMap(({ newOptions = [] }) => newOptions));
  return {
    metrics: ahead.reduce((names, { metrics }) => ({ ...names, ...metrics }), engine.metrics),
    options: Object.fromEntries(Object.entries(engine.options).filter(([option]) => !absent.has(option))),
  };
}

/** Compares versions part by part, numbers as numbers: 0.9.2 is before 0.11.0, and b999 before b8681. */
function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
