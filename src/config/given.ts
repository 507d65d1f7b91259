import * as z from "zod";

/** A text with something in it. */
export const given = z.string().trim().min(1);
