import { guidPattern } from "../../core/domain/guid.ts";
const address = /\S*(?:https?:\/\/|shareable-url)\S*/gi;
const looseGuid = new RegExp(`(?<!subscriptions/)${guidPattern}`, "gi");
const control = /[\p{Cc}\p{Cf}]+/gu;
const longest = 240;

/**
 * Azure's words without anything that could open a link: no address, none of the tokens we know, and no GUID but a subscription's,
 * since a token looks like one. One line, short.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text.replaceAll(control, " ");
  for (const secret of secrets) clean = clean.replaceAll(secret, "[secret]");
  clean = clean.replaceAll(address, "[address]").replaceAll(looseGuid, "[id]").trim();
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
