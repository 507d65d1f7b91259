import { isTroubled, type WitnessLine } from "../alerts/witness-figures.ts";
import type { KeptWitness } from "../state/witness.ts";
import { after, hours, type Instant } from "../time.ts";

/** Further behind than this, people have to look. */
const behind = hours(1);

/** Those that want somebody come first, then by subscription. */
export const witnessLines = (rows: readonly KeptWitness[], now: Instant): readonly WitnessLine[] =>
  rows
    .map((row) => lineOf(row, now))
    .sort(
      (a, b) =>
        Number(isTroubled(b)) - Number(isTroubled(a)) || (a.subscriptionId < b.subscriptionId ? -1 : 1),
    );

function lineOf({ subscriptionId, witness }: KeptWitness, now: Instant): WitnessLine {
  if (!witness)
    return {
      ...{ subscriptionId, eventsSpokeAt: undefined, logSpokeAt: undefined, readTo: undefined },
      ...{ unread: "row-unreadable", missing: undefined },
    };
  const { eventsSpokeAt, logSpokeAt, readTo, unread, unheardAt } = witness;
  const isUnread = unread?.forbidden === true || readTo < after(now, -behind);
  return {
    ...{ subscriptionId, eventsSpokeAt, logSpokeAt, readTo },
    unread: isUnread ? (unread?.why ?? "no-run") : undefined,
    missing: unheardAt !== undefined && unheardAt > (eventsSpokeAt ?? 0) ? unheardAt : undefined,
  };
}
