import { largestAdapterRank } from "@genai/catalog";
import { weightsSourceForm, weightsSourceRule } from "@genai/services";
import { dnsName, mapOf, strictMap, text, textLike, wholeNumber, yesOrNo } from "./fields.ts";
import { secretKey } from "./secret-key.ts";

const download = {
  revision: text("a git revision of the model's repository")
    .optional()
    .meta({
      description: "Git revision of the model's repository. Default: the catalogue's, or main where it has none.",
      examples: ["0e9e39f249a16976918f6564b8830bc894c89659"],
    }),
  bandwidth: wholeNumber(1_000_000)
    .optional()
    .meta({
      description: "Bytes per second at which weights arrive, from which the startup probe's budget is derived.",
      examples: [100000000],
    }),
  token: secretKey({ name: "hugging-face", key: "token" }).optional().meta({
    description: "Secret of the tenant's namespace with the token for a gated model; the platform does not make it.",
  }),
};

/** Weights that a server downloads itself. */
export const downloadSchema = strictMap(download);

/** Where weights come from: `genai:models.<name>.weights`. */
export const weightsSchema = strictMap({
  source: textLike(weightsSourceForm, weightsSourceRule)
    .optional()
    .meta({
      description: "Where the weights come from. Default: the model's own repository on Hugging Face.",
      examples: ["s3://models/qwen3-8b"],
    }),
  ...download,
  mirror: yesOrNo()
    .default(false)
    .meta({
      description:
        "Download once into a volume of the tenant (genai:cluster.sharedStorageClass), verify, and serve from there without a network.",
      examples: [true],
    }),
  volumeBandwidth: wholeNumber(1_000_000)
    .optional()
    .meta({
      description:
        "Bytes per second at which a volume is read: with mirror, and of pvc:// and oci://. Default: 250 MB/s.",
      examples: [1000000000],
    }),
  credentials: dnsName("a Secret's name")
    .optional()
    .meta({
      description:
        "Secret of the tenant's namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for s3://; the platform does not make it.",
      examples: ["models-bucket"],
    }),
});

const adapter = strictMap({
  source: textLike(weightsSourceForm, weightsSourceRule).meta({
    description: "Where the adapter comes from; of hf:// end it with @ and a commit.",
    examples: ["hf://acme/sql-lora@0e9e39f249a16976918f6564b8830bc894c89659"],
  }),
  rank: wholeNumber(1, largestAdapterRank).meta({
    description: "r of its adapter_config.json; every adapter of a model gets room for the largest.",
    examples: [16],
  }),
  mirror: yesOrNo()
    .optional()
    .meta({
      description: "Download it once into the volume of the tenant. Default: as weights.mirror.",
      examples: [true],
    }),
});

/** LoRA adapters: `genai:models.<name>.adapters`. */
export const adaptersSchema = mapOf(adapter, "names to LoRA adapters").meta({
  description:
    "LoRA adapters of vllm, by the names that clients ask for instead of the model's; no two models or adapters share one.",
});
