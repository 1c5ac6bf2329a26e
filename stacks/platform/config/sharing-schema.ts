import { z } from "zod";
import { badValue, mapOf, strictMap, text, wholeNumber, yesOrNo } from "./fields.ts";
import { isMap } from "./is-map.ts";

const modeIs = <const Mode extends string>(mode: Mode) =>
  z
    .literal(mode)
    .meta({ description: "How several Pods use one GPU, or parts of it, if at all.", examples: ["timeSlicing"] });

const replicas = () => wholeNumber(2, 48).meta({ description: "Pods that share one GPU.", examples: [4] });

const renameByDefault = () =>
  yesOrNo().default(false).meta({ description: "Whether shared GPUs are the resource nvidia.com/gpu.shared." });

const none = strictMap({ mode: modeIs("none") });

const timeSlicing = strictMap({
  mode: modeIs("timeSlicing"),
  replicas: replicas(),
  renameByDefault: renameByDefault(),
  failRequestsGreaterThanOne: yesOrNo().default(true).meta({
    description: "Whether a Pod that asks for more than one shared GPU is refused: it would get no more of it.",
  }),
});

const mps = strictMap({ mode: modeIs("mps"), replicas: replicas(), renameByDefault: renameByDefault() });

const migSingle = strictMap({
  mode: modeIs("migSingle"),
  profile: text("a MIG profile such as 1g.10gb, which `genai gpus` lists").meta({
    description: "The MIG profile that every GPU is split into, offered as nvidia.com/gpu.",
    examples: ["1g.10gb"],
  }),
});

const migMixed = strictMap({
  mode: modeIs("migMixed"),
  profiles: mapOf(
    wholeNumber(1, 7).meta({ description: "Instances of the profile on every GPU.", examples: [2] }),
    "MIG profiles to how many instances of each every GPU has",
  ).meta({
    description: "Instances on every GPU by their MIG profile, each a resource such as nvidia.com/mig-1g.10gb.",
  }),
});

/** A map whose `mode` says which keys it has. */
function byMode<const Modes extends readonly z.core.$ZodTypeDiscriminable[]>(modes: Modes, names: string) {
  return z.discriminatedUnion("mode", modes as unknown as [Modes[number], ...Modes[number][]], {
    error: ({ input }) =>
      isMap(input)
        ? badValue(input["mode"], `one of ${names}`)
        : badValue(input, `a map with the key mode, one of ${names}`),
  });
}

/** How GPUs are shared where no pool says anything else. */
export const defaultSharingSchema = byMode([none, timeSlicing, mps], "none, timeSlicing, mps");

/** How a pool shares its GPUs; MIG splits them for as long as the pool says so. */
export const poolSharingSchema = byMode(
  [none, timeSlicing, mps, migSingle, migMixed],
  "none, timeSlicing, mps, migSingle, migMixed",
);
