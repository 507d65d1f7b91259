/** What came from outside, or was thrown by somebody else's code: anything at all. */

/**
 * The text in bytes. A byte order mark says how it is written, and is no part of it; without one the zeros tell that UTF-16 has in any text of
 * ours. Windows PowerShell 5.1 saves files that way. Anything else is UTF-8.
 */
export const textOf = (bytes: Uint8Array): string => new TextDecoder(encodingOf(bytes)).decode(bytes);

/** What the first two bytes say of the rest. */
export function encodingOf([first = 1, second = 1]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  return (first === 0xfe && second === 0xff) || (first === 0 && second !== 0) ? "utf-16be" : "utf-8";
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

/** What was thrown, as an error: JavaScript lets anything be thrown. */
export const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** Why something failed, in the words of what was thrown. They are not redacted. */
export const reasonOf = (thrown: unknown): string => errorOf(thrown).message;
