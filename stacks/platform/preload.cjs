// Loaded before the program (`nodeargs` in Pulumi.yaml). Half of what starting a Pulumi program costs is modules that this one never
// uses: they are loaded when something of them is used, which for all but serialised functions is never.
const Module = require("node:module");

const load = Module._load;
const lazy = new Set(["typescript", "@npmcli/arborist"]);

Module._load = function (request, parent, ...rest) {
  const now = () => load.call(this, request, parent, ...rest);
  if (!parent?.filename?.includes("@pulumi/pulumi/")) return now();
  // Would map every stack trace, of which the SDK takes several a resource; Node runs these sources as they are.
  if (request === "source-map-support/register") return {};
  if (!lazy.has(request)) return now();
  let loaded;
  return new Proxy(
    {},
    {
      // The marker of transpiled modules keeps the importer from copying, and thereby loading, all members.
      get: (_, key) => (key === "__esModule" ? true : (loaded ??= now())[key]),
      has: (_, key) => key in (loaded ??= now()),
    },
  );
};
