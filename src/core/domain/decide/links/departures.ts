import type { AlertDraft } from "../../alerts/alert.ts";
import { idKey } from "../../arm-id.ts";
import type { Attribution } from "../../attribution/attribution.ts";
import { callerName } from "../../attribution/signal.ts";
import type { ClosedLink, TrackedLink } from "../../links/link.ts";
import type { SessionAnswer } from "../../links/observation.ts";
import { draftAlert } from "../alert-draft.ts";
import { usageFact, usageNotes } from "../signals/log-questions.ts";
import { factsOn, groupBy, knownCaller, verdictOn, type Situation } from "../situation.ts";

/** One alert for all that went alike: how, by whom, at whose demand, and whether people had been told. */
export const departures = (close: readonly ClosedLink[], situation: Situation): readonly AlertDraft[] =>
  groupBy(close, alertKey).map((group) => departure(group, situation));

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

/** The ledger's `link-closed` facts: who closed each link, as far as reported, and whether it was used. */
export const closedFacts = (close: readonly ClosedLink[], situation: Situation) =>
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
