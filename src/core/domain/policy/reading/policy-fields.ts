/** What fields of a policy are made of, for the parser and for editors. */
import * as z from "zod";
import { durationPattern, parseDuration, type Milliseconds } from "../../time.ts";
import { wrongDuration, type TextShape } from "./texts.ts";

/** A length of time, above zero. */
export const duration = (
  description: string,
  about: { readonly examples: string[]; readonly default?: string },
) =>
  z
    .string()
    .transform((text, context): Milliseconds => {
      const length = parseDuration(text);
      if (length !== undefined) return length;
      context.addIssue({ code: "custom", message: wrongDuration(text) });
      return z.NEVER;
    })
    .meta({
      description: `${description} An ISO 8601 duration in weeks, days, hours, minutes and seconds.`,
      ...about,
      pattern: durationPattern,
      patternErrorMessage: wrongDuration(""),
    });

/** A text of this shape. What an editor says of another one is what is wrong with none. */
export function shaped({ pattern, wrong }: TextShape, unlike: string) {
  const expression = new RegExp(pattern, "u");
  return z
    .string()
    .superRefine((text, context) => {
      if (!expression.test(text)) context.addIssue({ code: "custom", message: wrong(text) });
    })
    .meta({ pattern, patternErrorMessage: wrong(unlike) });
}

/** A field of an earlier version. `advice` says what to write instead of what stands there. */
export const retired = (advice: (input: unknown) => string, description: string) =>
  z
    .never({ error: ({ input }) => advice(input) })
    .optional()
    .meta({ description, deprecated: true, errorMessage: advice(undefined) });

/** A pattern of this shape. */
export const glob = (
  description: string,
  shape: TextShape,
  { unlike = "", examples }: { readonly unlike?: string; readonly examples: string[] },
) =>
  shaped(shape, unlike).meta({
    description: `${description} A glob, case-insensitive: \`*\` stays inside one segment, \`**\` crosses segments, \`?\` is one character.`,
    examples,
  });
