import { countSetting, type Environment, SettingError, textSetting } from "../settings.ts";
import { PgvectorStore } from "./pgvector.ts";
import { QdrantStore } from "./qdrant.ts";
import type { VectorStore } from "./store.ts";

/**
 * The collection that the environment describes.
 * @throws {SettingError} If something of it is missing.
 */
export function storeOf(environment: Environment): VectorStore {
  const kind = textSetting(environment, "STORE_KIND");
  const host = textSetting(environment, "STORE_HOST");
  const port = countSetting(environment, "STORE_PORT");
  const password = textSetting(environment, "STORE_PASSWORD");
  const collection = textSetting(environment, "STORE_COLLECTION");
  switch (kind) {
    case "pgvector": {
      const [user, database] = [textSetting(environment, "STORE_USER"), textSetting(environment, "STORE_DATABASE")];
      return new PgvectorStore({ host, port, user, password, database, collection });
    }
    case "qdrant":
      return new QdrantStore({ url: `http://${host}:${port}`, apiKey: password, collection });
    default:
      throw new SettingError(`STORE_KIND is "${kind}"; must be pgvector or qdrant`);
  }
}
