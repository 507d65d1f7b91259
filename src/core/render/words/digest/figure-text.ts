import { formatDuration, type Milliseconds } from "../../../domain/time.ts";

/** A number and what it counts. Teams reads markdown in it, so nothing but digits and words of ours gets in. */
export type FigureText = string & { readonly __brand: "FigureText" };

type Counted =
  | "open"
  | "overdue"
  | "due within a day"
  | "extended"
  | "known"
  | "read"
  | "not readable"
  | "with links switched on"
  | "accepted"
  | "refused or given up"
  | "waiting"
  | "used"
  | "never used"
  | "not known";

/** `3 open`. */
export const figure = (number: number, counted: Counted): FigureText => `${number} ${counted}` as FigureText;

/** The same, and nothing where there is nothing to count. */
export const figureIf = (number: number, counted: Counted): readonly FigureText[] =>
  number === 0 ? [] : [figure(number, counted)];

/** `the oldest for 1 d 6 h`. */
export const oldest = (age: Milliseconds): FigureText =>
  `the oldest for ${formatDuration(age)}` as FigureText;

/** One after the other. */
export const figures = (...parts: readonly FigureText[]): FigureText => parts.join(", ") as FigureText;
