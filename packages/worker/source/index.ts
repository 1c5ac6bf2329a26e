import { type Environment, SettingError, textSetting } from "../settings.ts";
import { gitDocuments } from "./git.ts";
import { s3Documents } from "./s3.ts";
import type { Source } from "./source.ts";
import { volumeDocuments } from "./volume.ts";
import { webDocuments } from "./web.ts";

/**
 * The source that the environment describes.
 * @throws {SettingError} If something of it is missing.
 */
export function sourceOf(environment: Environment): Source {
  const kind = textSetting(environment, "SOURCE_KIND");
  const location = textSetting(environment, "SOURCE_LOCATION");
  switch (kind) {
    case "volume":
      return () => volumeDocuments(location);
    case "web":
      return () => webDocuments(location);
    case "git": {
      const directory = textSetting(environment, "SOURCE_DIRECTORY", "/tmp/repository");
      return () =>
        gitDocuments({
          url: location,
          token: environment["SOURCE_TOKEN"],
          directory,
        });
    }
    case "s3": {
      const source = {
        location,
        endpoint: textSetting(environment, "S3_ENDPOINT"),
        region: textSetting(environment, "S3_REGION", "us-east-1"),
        accessKeyId: textSetting(environment, "S3_ACCESS_KEY_ID"),
        secretAccessKey: textSetting(environment, "S3_SECRET_ACCESS_KEY"),
      };
      return () => s3Documents(source);
    }
    default:
      throw new SettingError(`SOURCE_KIND is "${kind}"; must be volume, web, git or s3`);
  }
}
