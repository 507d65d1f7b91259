import type { Searched } from "../../domain/attribution/attribution.ts";

/** Why nobody is named. */
export const searchedWords: Readonly<Record<Searched, string>> = {
  creation: "no Activity Log event about it has arrived",
  deletion: "no Activity Log event about the deletion has arrived",
};
