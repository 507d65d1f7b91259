import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** SHA-256 of the text in UTF-8, as 64 hex digits in lower case. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** RFC 8785: one spelling for one value, in every language. Throws for what is no JSON, half an emoji included. */
export const canonicalJson = (value: unknown): string => canonicalize(value) ?? "";
