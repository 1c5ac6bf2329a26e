import { Embedder } from "../pipeline/embedder.ts";
import type { IngestSettings } from "../pipeline/ingest.ts";
import { countSetting, type Environment, textSetting } from "../settings.ts";
import { storeOf } from "../store/index.ts";

/**
 * Embedding server, collection and cutting, as the environment describes them.
 * @throws {SettingError} If something of it is missing.
 */
export function ingestSettings(environment: Environment): IngestSettings {
  const model = textSetting(environment, "EMBEDDING_MODEL");
  const embedder = new Embedder({
    url: textSetting(environment, "EMBEDDING_URL"),
    apiKey: textSetting(environment, "EMBEDDING_API_KEY"),
    dimension: countSetting(environment, "EMBEDDING_DIMENSION"),
    model,
  });
  return {
    embedder,
    store: storeOf(environment),
    writer: textSetting(environment, "WRITER"),
    model,
    chunkTokens: countSetting(environment, "CHUNK_TOKENS"),
  };
}
