import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** SHA-256 of the text in UTF-8, as 64 hex digits in lower case. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** SHA-256 in lower-case base32 (RFC 4648, no padding): 52 characters that shells, URLs and spreadsheets all leave as they are. */
export const sha256Base32 = (text: string): string =>
  (BigInt(`0x${sha256(text)}`) << 4n)
    .toString(32)
    .padStart(52, "0")
    .replace(/./g, (digit) => alphabet.charAt(parseInt(digit, 32)));

/** RFC 8785: one spelling for one value, in every language. Throws for what is no JSON, half an emoji included. */
export const canonicalJson = (value: unknown): string => canonicalize(value) ?? "";
