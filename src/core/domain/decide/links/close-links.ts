import type { AlertDraft } from "../../alerts/alert.ts";
import { idKey } from "../../arm-id.ts";
import {
  attribute,
  clockTolerance,
  longestOperation,
  type Attribution,
} from "../../attribution/attribution.ts";
import type { ClosedBy, ClosedLink, TrackedLink } from "../../links/link.ts";
import type { SessionAnswer } from "../../links/observation.ts";
import { callerName, type Signal } from "../../attribution/signal.ts";
import { after, seconds } from "../../time.ts";
import { draftAlert } from "../alert-draft.ts";
import { usageFact, usageNotes } from "../signals/log-questions.ts";
import {
  factsOn,
  groupBy,
  knownCaller,
  noStep,
  signalsOf,
  verdictOn,
  type LinkStep,
  type Situation,
} from "../situation.ts";

/** Without a report of who deleted it, a link is believed gone only by a second complete listing, at least this much later. */
const secondLook = seconds(10);

const nobodyReported: Attribution = {
  kind: "unknown",
  searched: "no Activity Log event about the deletion has arrived",
};

/**
 * Closes the links that a complete listing no longer holds, and says by whom as far as that is reported. One that we asked Azure to delete, or
 * whose deletion an event reports, is closed at once; any other stays in `links` until a second one, begun ten seconds later or more, lacks it.
 */
export function closeLinks(vanished: readonly TrackedLink[], situation: Situation): LinkStep {
  const deletes = signalsOf(situation, "delete");
  const verdicts = vanished.map((link) => ({ link, closing: closing(link, deletes, situation) }));
  const close = verdicts.flatMap(({ closing }) => closing ?? []);
  const missing = verdicts.flatMap(({ link, closing }) =>
    closing ? [] : [{ ...link, missingSince: link.missingSince ?? situation.now }],
  );
  return {
    ...noStep,
    links: missing,
    close,
    alerts: groupBy(close, alertKey).map((group) => departure(group, situation)),
    facts: closedFacts(close, situation),
    looks: missing.map((link) => after(link.missingSince, secondLook)),
  };
}

/** A deleted bastion takes its links with it. Those that people had not been told of are told now. */
export function closeWithBastion(links: readonly TrackedLink[], situation: Situation): LinkStep {
  const actor = attribute(signalsOf(situation, "host-delete"));
  const close = links.map((link): ClosedLink => ({
    link,
    closedAt: situation.now,
    closedBy: "gone-with-bastion",
    actor,
  }));
  const untold = close.filter(({ link }) => !link.announced);
  const alerts = groupBy(untold, alertKey).map((group) => departure(group, situation));
  return { ...noStep, links: [], close, alerts, facts: closedFacts(close, situation) };
}

const startedAt = ({ observation, now }: Situation) =>
  observation.kind === "listed" ? observation.startedAt : now;

function closing(
  link: TrackedLink,
  deletes: readonly Signal[],
  situation: Situation,
): ClosedLink | undefined {
  const close = (closedBy: ClosedBy, actor: Attribution): ClosedLink => ({
    link,
    closedAt: situation.now,
    closedBy,
    actor,
  });
  if (link.intent) return close("revoked-by-watchdog", nobodyReported);
  const reported = attribute(deletes.filter((signal) => mayHaveDeleted(signal, link, situation)));
  if (reported.kind !== "unknown") return close("deleted-by-other", reported);
  const isSecondLook =
    link.missingSince !== undefined && startedAt(situation) >= after(link.missingSince, secondLook);
  return isSecondLook ? close("deleted-by-other", nobodyReported) : undefined;
}

/** A delete fits if it ended after the link was made and not long before the last listing that still held it. */
function mayHaveDeleted(signal: Signal, link: TrackedLink, { host }: Situation): boolean {
  const lastSeen = Math.max(link.firstSeenAt, link.missingSince === undefined ? (host.checkedAt ?? 0) : 0);
  return (
    signal.occurredAt >= link.createdAt - clockTolerance && signal.occurredAt >= lastSeen - longestOperation
  );
}

const alertKey = ({ link, closedBy, actor }: ClosedLink): string =>
  [
    closedBy,
    link.demanded?.by ?? "",
    link.demanded?.why ?? "",
    link.announced ? "told" : "untold",
    link.announced ? "" : personKey(link.attribution),
    personKey(actor),
  ].join("|");

const personKey = (attribution: Attribution): string => {
  const caller = knownCaller(attribution);
  return caller ? callerName(caller) : attribution.kind;
};

function departure(group: readonly [ClosedLink, ...ClosedLink[]], situation: Situation): AlertDraft {
  const [{ link, closedBy, actor }] = group;
  const links = [link, ...group.slice(1).map((closed) => closed.link)] as const;
  const alert = draftAlert(kindOf(group[0]), links, situation);
  const usage = usageNotes(links, situation);
  if (!link.announced)
    return { ...alert, severity: "medium", notes: [goneNote(actor), ...usage, ...alert.notes] };
  if (closedBy !== "revoked-by-watchdog") return { ...alert, actor, notes: usage };
  const sessions = verdictOn(link, situation).endSessions ? [sessionsNote(links, situation.sessions)] : [];
  return { ...alert, actor: undefined, notes: [...demandNote(link), ...usage, ...sessions] };
}

const demandNote = ({ demanded }: TrackedLink): readonly string[] =>
  demanded ? [`Taken down because ${demanded.by} asked for it: ${demanded.why}`] : [];

function sessionsNote(links: readonly TrackedLink[], sessions: SessionAnswer | undefined): string {
  if (sessions?.kind !== "done")
    return `Sessions may continue: they could not be listed${sessions ? ` (${sessions.why})` : ""}.`;
  const vms = new Set(links.map(({ vmId }) => idKey(vmId)));
  const here = sessions.sessions.filter(({ vmId }) => vms.has(idKey(vmId)));
  const ended = here.filter(({ wasEnded }) => wasEnded).length;
  return `${ended} link sessions were ended, ${here.length - ended} other sessions through this bastion may continue.`;
}

const kindOf = ({ link, closedBy }: ClosedLink) => {
  if (closedBy === "revoked-by-watchdog") return "revoked" as const;
  return link.announced ? ("deleted" as const) : ("created-and-gone" as const);
};

const goneNote = (actor: Attribution): string => {
  const caller = knownCaller(actor);
  return caller
    ? `The Activity Log reports that ${callerName(caller)} deleted it.`
    : "Who deleted it is not known.";
};

const closedFacts = (close: readonly ClosedLink[], situation: Situation) =>
  groupBy(
    close,
    ({ link, closedBy, actor }) => `${closedBy}|${personKey(actor)}|${usageFact(link, situation) ?? ""}`,
  ).flatMap((group) => {
    const [{ link, closedAt, closedBy, actor }] = group;
    const used = usageFact(link, situation);
    return factsOn(
      group.map(({ link }) => link),
      {
        at: closedAt,
        kind: "link-closed",
        actor: knownCaller(actor),
        data: { closedBy, ...(used !== undefined && { used }) },
      },
    );
  });
