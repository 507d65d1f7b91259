import type { AlertDraft } from "../../alerts/alert.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { Caller } from "../../attribution/signal.ts";
import { formatDuration, formatInstant } from "../../time.ts";
import { draftAlert } from "../alert-draft.ts";
import { verdictOn, type Situation } from "../situation.ts";
import { lastMoment } from "../links/track.ts";

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
  const { deadline, extension } = link;
  const more = `Until ${formatInstant(deadline)} instead of ${formatInstant(before.deadline)}: ${formatDuration(deadline - before.deadline)} more.`;
  return {
    ...draftAlert("extended", [link], situation),
    actor: {
      kind: "known",
      caller: by,
      eventId: "console",
      reportedAt: situation.now,
      correlationId: undefined,
    },
    notes: [more, `Reason: ${extension?.why ?? "none given"}`, capNote(link, situation)],
  };
}

function capNote(link: TrackedLink, situation: Situation): string {
  const last = lastMoment(link, verdictOn(link, situation), situation);
  if (last === link.nativeExpiry)
    return `It ends in Azure by itself at ${formatInstant(last)}, whatever anybody allows.`;
  return `The rule "${link.rule}" lets this machine be open until ${formatInstant(last)} at most.`;
}
