import { resourceName } from "../../domain/arm-id.ts";
import type { Alert } from "../../domain/alerts/alert.ts";
import type { Note } from "../../domain/alerts/note.ts";
import { knownAs, subscriptionWithId } from "../../domain/attribution/known-names.ts";
import type { SignalOperation } from "../../domain/attribution/signal.ts";
import type { WitnessLine } from "../../domain/alerts/witness-figures.ts";
import { formatDuration, formatInstant, type Instant } from "../../domain/time.ts";

type Of<Kind extends Note["kind"]> = Note & { readonly kind: Kind };
type Named = Pick<Alert, "names">;

/** What is said of the two witnesses: Event Grid, and the activity log. */
export const witnessNotes = {
  "events-missing": (
    { subscriptionId, lastEventAt, operations, more }: Of<"events-missing">,
    { names }: Named,
  ) => [
    lastEventAt === undefined
      ? `Azure does not publish these operations in subscription ${subscriptionWithId(subscriptionId, names)}: Event Grid has not reported one since the watchdog was deployed.`
      : `Event Grid last reported an operation in subscription ${subscriptionWithId(subscriptionId, names)} at ${formatInstant(lastEventAt)}.`,
    ...operations.map(
      ({ operation, bastionId, at, caller }) =>
        `${formatInstant(at)}: ${knownAs(caller, names)} ${deeds[operation]} ${resourceName(bastionId)}.`,
    ),
    ...andMore(more, "operations"),
    lastEventAt === undefined
      ? "The activity log reports them instead, up to half an hour later."
      : "Check the event subscriptions of the watchdog there. docs/runbooks/no-events.md says how.",
  ],
  "delivery-changed": ({ subscriptionId, changes, more }: Of<"delivery-changed">, { names }: Named) => [
    ...changes.map(
      ({ what, deed, name, at, caller }) =>
        `${formatInstant(at)}: ${knownAs(caller, names)} ${deed} the ${what} ${name} in subscription ${subscriptionWithId(subscriptionId, names)}.`,
    ),
    ...andMore(more, "changes"),
    "If this was not a deployment of the watchdog, deploy it again and ask who did it.",
  ],
  "log-unread": ({ subscriptionId, readTo, why, isForbidden, gap }: Of<"log-unread">, { names }: Named) => [
    `The activity log of subscription ${subscriptionWithId(subscriptionId, names)} was last read up to ${formatInstant(readTo)}.`,
    why,
    ...(isForbidden ? ["Grant the watchdog Microsoft.Insights/eventtypes/values/read there."] : []),
    ...(gap
      ? [
          `Azure keeps 90 days: what happened between ${formatInstant(gap.from)} and ${formatInstant(gap.until)} can no longer be read.`,
        ]
      : []),
  ],
};

/** What somebody did, before the name of the bastion. */
const deeds: Readonly<Record<SignalOperation, string>> = {
  create: "created links on",
  "create-failed": "failed to create links on",
  delete: "deleted links on",
  read: "read the URLs of links on",
  "host-write": "changed",
  "host-delete": "deleted",
};

const andMore = (more: number, what: string): readonly string[] =>
  more > 0 ? [`${more} more ${what}.`] : [];

/** Ours; all others are Azure's words. */
const reasons: Readonly<Record<string, string>> = {
  "row-unreadable": "what is remembered of it cannot be read.",
  "no-run": "no run of the timer has ended since.",
};

/** Both witnesses of a subscription, and when each last spoke. */
export function witnessWords(line: WitnessLine, at: Instant): string {
  const { eventsSpokeAt, logSpokeAt, readTo, unread, missing } = line;
  const ago = (moment: Instant | undefined) =>
    moment === undefined
      ? "has reported nothing yet"
      : `last reported ${formatDuration(Math.max(0, at - moment))} ago`;
  return [
    `Event Grid ${ago(eventsSpokeAt)}, the activity log ${ago(logSpokeAt)}.`,
    ...(missing === undefined
      ? []
      : [
          eventsSpokeAt === undefined
            ? "Azure does not publish these operations here."
            : `Event Grid did not report an operation of ${formatInstant(missing)}.`,
        ]),
    ...(unread === undefined
      ? []
      : [
          `The activity log is not read${readTo === undefined ? "" : ` since ${formatInstant(readTo)}`}: ${reasons[unread] ?? unread}`,
        ]),
  ].join(" ");
}
