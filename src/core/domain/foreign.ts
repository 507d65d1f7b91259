/** What came from outside, or was thrown by somebody else's code: anything at all. */

/**
 * The text in bytes. A byte order mark says how it is written, and is no part of it; without one the zeros tell that UTF-16 has in any text of
 * ours. Windows PowerShell 5.1 saves files that way. Anything else is UTF-8.
 */
export const textOf = (bytes: Uint8Array): string => new TextDecoder(encodingOf(bytes)).decode(bytes);

/** What the first two bytes say of the rest. */
export function encodingOf([first = 1, second = 1]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if ((first === 0) === (second === 0)) return "utf-8";
  return second === 0 ? "utf-16le" : "utf-16be";
}

/** The text without the byte order mark that .NET puts before JSON. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, "");

/** The JSON in a text; undefined for anything else, an empty text included. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(withoutMark(text));
  } catch {
    return undefined;
  }
}

/** Longer than any name, address or id; what a stranger wrote beyond it is left out. In characters. */
const longest = 1_024;
/** Some senders write JSON into a text, and some write that text into another one. */
const mostLayers = 3;

/** Half of a surrogate pair is no character, and no ledger can hash it. */
const wellFormed = (value: string): string => value.replace(/\p{Surrogate}/gu, "\ufffd");

/** The object in a value, itself or as JSON in a text; undefined for anything else, a list included. */
export function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  let found = value;
  for (let layer = 0; layer < mostLayers && typeof found === "string"; layer++) found = jsonIn(found);
  return typeof found === "object" && found !== null && !Array.isArray(found)
    ? (found as Readonly<Record<string, unknown>>)
    : undefined;
}

/** What stands at a path like `data.claims`. Names compare without case; undefined where nothing, null or an empty text stands. */
export function fieldAt(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split(".")) found = fieldOf(objectIn(found) ?? {}, name.toLowerCase());
  return isNothing(found) ? undefined : found;
}

const fieldOf = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.entries(object).find(([key, value]) => key.toLowerCase() === name && !isNothing(value))?.[1];

/** The list at a path; undefined where there is none. */
export function listAt(value: unknown, path: string): readonly unknown[] | undefined {
  const found: unknown = fieldAt(value, path);
  return Array.isArray(found) ? (found as readonly unknown[]) : undefined;
}

/** Azure leaves fields out, writes null, or writes nothing into them: all the same to us. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/** A text, or the `value` of what Azure writes as `{value, localizedValue}`: well-formed, and at most 1,024 characters of it. */
export function textIn(value: unknown): string | undefined {
  const found = typeof value === "object" ? fieldAt(value, "value") : value;
  return typeof found === "string" && !isNothing(found)
    ? wellFormed(found.trim().slice(0, longest))
    : undefined;
}

/** The first text at any of these paths. */
export function textAt(value: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = textIn(fieldAt(value, path));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What kind of thing was found, without a word of it: it is a stranger's, and may be a secret. */
export function kindOfThing(value: unknown): string {
  if (isNothing(value)) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? `a text of ${value.length} characters` : `a ${typeof value}`;
}

/** What was thrown, as an error: JavaScript lets anything be thrown. */
export const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** Why something failed, in the words of what was thrown. They are not redacted. */
export const reasonOf = (thrown: unknown): string => errorOf(thrown).message;
