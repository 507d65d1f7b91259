/** What came from outside, or was thrown by somebody else's code: anything at all. */

/** The JSON in a text; undefined for anything else, an empty text included. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was thrown, as an error: JavaScript lets anything be thrown. */
export const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** Why something failed, in the words of what was thrown. They are not redacted. */
export const reasonOf = (thrown: unknown): string => errorOf(thrown).message;
