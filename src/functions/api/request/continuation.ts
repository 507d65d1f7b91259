import type * as z from "zod";
import { sha256 } from "../../../core/domain/hash.ts";
import { jsonIn } from "../../../core/domain/foreign.ts";

/**
 * Where an answer stopped, as text that means nothing to its holder. It belongs to one question, so that it cannot go on from a place in another
 * order. It is no secret and no permission: whoever makes one up starts at a place of their choice, which they may see anyway.
 */
export const continuationFor = (question: object, place: readonly string[]): string =>
  Buffer.from(JSON.stringify([tagOf(question), ...place])).toString("base64url");

/** The place, if the text is a continuation of this question and `schema` takes its place. */
export function placeIn<Place>(
  continuation: string,
  question: object,
  schema: z.ZodType<Place>,
): Place | undefined {
  const [tag, ...place] = textsIn(Buffer.from(continuation, "base64url").toString("utf8"));
  return tag === tagOf(question) ? schema.safeParse(place).data : undefined;
}

/** What a question with a foreign or broken continuation is told. */
export const foreignContinuation =
  "The `continuation` belongs to another request. Send it back unchanged, with the same parameters, or leave it out to start again.";

const tagOf = (question: object): string => sha256(JSON.stringify(question)).slice(0, 16);

function textsIn(json: string): readonly string[] {
  const value = jsonIn(json);
  return Array.isArray(value) && value.every((part) => typeof part === "string") ? value : [];
}
