import { dnsName, strictMap, textLike } from "./fields.ts";

/** A key of a Secret that the platform does not make. @param example Name and key of one. */
export function secretKey(example: { name: string; key: string }) {
  return strictMap({
    name: dnsName("a Secret's name").meta({ description: "The Secret's name.", examples: [example.name] }),
    key: textLike(/^[-._a-zA-Z0-9]{1,253}$/, `a key of a Secret, such as ${example.key}`).meta({
      description: "The key in it.",
      examples: [example.key],
    }),
  });
}
