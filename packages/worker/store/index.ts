import { type Environment, SettingError, textSetting } from "../settings.ts";
import { PgvectorStore } from "./pgvector.ts";
import { QdrantStore } from "./qdrant.ts";
import type { VectorStore } from "./store.ts";

/**
 * The collection that the environment describes.
 * @throws {SettingError} If something of it is missing.
 */
export function storeOf(environment: Environment): VectorStore {
  const address = textSetting(environment, "STORE_URL");
  const key = textSetting(environment, "STORE_KEY");
  const collection = textSetting(environment, "STORE_COLLECTION");
  const url = URL.parse(address);
  switch (url?.protocol) {
    case "postgresql:":
      return new PgvectorStore({
        host: url.hostname,
        port: Number(url.port),
        user: textSetting(environment, "STORE_USER"),
        password: key,
        database: url.pathname.slice(1),
        encrypted: environment["STORE_ENCRYPTED"] === "true",
        collection,
      });
    case "http:":
    case "https:":
      return new QdrantStore({ url: address, apiKey: key, collection });
    default:
      throw new SettingError(`STORE_URL is "${address}"; must begin with postgresql://, http:// or https://`);
  }
}
