import { createHash, timingSafeEqual } from "node:crypto";
import type { HostRequest } from "./http-message.ts";

export type HasKey = (request: HostRequest) => boolean;

/** The key comes in the header `x-functions-key` or the query parameter `code`, as in Azure. The local host has one key for every level. */
export function keyCheck(key: string): HasKey {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(key);
  return ({ headers, url }) => {
    const given = headers["x-functions-key"] ?? url.searchParams.get("code");
    return given !== null && timingSafeEqual(digest(given), expected);
  };
}
