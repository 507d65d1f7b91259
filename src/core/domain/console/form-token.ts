import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../hash.ts";
import { after, instant, minutes, type Instant } from "../time.ts";

/** What a form's token speaks of: who may use it for what, while the target is as it was shown. */
export interface TokenClaims {
  readonly objectId: string;
  readonly action: string;
  readonly target: string;
  /** Changes with the target, so that using a token spends it. */
  readonly version: string;
}

const tokenLife = minutes(30);

/** A token for one form of one person. Nobody makes one without the key. */
export function formToken(key: string, claims: TokenClaims, now: Instant): string {
  const expires = after(now, tokenLife);
  return `${expires}.${signature(key, claims, expires).toString("base64url")}`;
}

/** `refused`: not made by us for this person, this action and this target, or the target has changed since. */
export type TokenCheck = "good" | "missing" | "expired" | "refused";

const wellFormed = /^(\d{13})\.([\w-]{43})$/;

/** Compares in constant time. An expired token says so only if it was good once. */
export function checkToken(
  key: string,
  claims: TokenClaims,
  { token, now }: { readonly token: string; readonly now: Instant },
): TokenCheck {
  if (token === "") return "missing";
  const [, moment, given] = wellFormed.exec(token) ?? [];
  if (moment === undefined || given === undefined) return "refused";
  const expires = instant(Number(moment));
  if (!timingSafeEqual(signature(key, claims, expires), Buffer.from(given, "base64url"))) return "refused";
  return now < expires ? "good" : "expired";
}

const signature = (
  key: string,
  { objectId, action, target, version }: TokenClaims,
  expires: Instant,
): Buffer =>
  createHmac("sha256", key)
    .update(canonicalJson(["bastion-watchdog form", objectId, action, target, version, expires]))
    .digest();
