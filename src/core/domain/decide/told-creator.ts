import type { Note } from "../alerts/note.ts";
import { whoKey } from "../attribution/attribution.ts";
import type { TrackedLink } from "../links/link.ts";

type Told = Pick<TrackedLink, "toldCreator" | "attribution">;

/** Whether people believe that somebody else made it than is known by now. */
export const isToldWrong = ({ toldCreator, attribution }: Told): boolean =>
  toldCreator !== undefined && toldCreator.who !== whoKey(attribution);

/** What was told before, for the alert that corrects it. */
export const toldNotes = (link: Told): readonly Note[] =>
  link.toldCreator && isToldWrong(link) ? [{ kind: "told-creator", names: link.toldCreator.names }] : [];
