import { signedIn } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { Caller } from "../../attribution/signal.ts";
import { draftAlert } from "../alert-draft.ts";
import type { Situation } from "../situation.ts";
import { lastMoment } from "../links/deadline.ts";

/** Who gave more time, and to what: the link as it was when they decided. */
export interface ExtendedBy {
  readonly before: TrackedLink;
  readonly by: Caller;
}

/** Tells who gave a link more time, until when, why, and how far it could go. `link` is as it is from now on. */
export function extendedAlert(
  link: TrackedLink,
  { before, by }: ExtendedBy,
  situation: Situation,
): AlertDraft {
  const draft = draftAlert("extended", [link], situation);
  const last = lastMoment(link, situation);
  return {
    ...draft,
    actors: { ...draft.actors, operator: signedIn(by) },
    notes: [
      { kind: "extended", from: before.deadline, until: link.deadline, why: link.extension?.why },
      { kind: "longest", until: last, by: last === link.nativeExpiry ? "azure" : "rule" },
    ],
  };
}
