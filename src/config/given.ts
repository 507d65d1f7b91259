import * as z from "zod";

/** A text with something in it. */
export const given = z.string().trim().min(1);

/** The settings that are not empty, by name. */
export type Present = Readonly<Record<string, string | undefined>>;
export const presentIn = (environment: Present): Present =>
  Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
