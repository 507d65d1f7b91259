import { actorKey, actorOfAll } from "../../alerts/alert-actor.ts";
import { alsoOpen } from "../../links/also-open.ts";
import type { AlertKind } from "../../alerts/alert-kinds.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import type { Note } from "../../alerts/note.ts";
import { idKey } from "../../arm-id.ts";
import type { ClosedBy, ClosedLink, TrackedLink } from "../../links/link.ts";
import type { SessionAnswer } from "../../links/observation.ts";
import { draftAlert, sharingKey } from "../alert-draft.ts";
import { wasRefused } from "../signals/deletes.ts";
import { toldNotes } from "../told-creator.ts";
import { usageFact, usageNotes } from "../signals/log-questions.ts";
import { factsOn, groupBy, knownCaller, verdictOn, type Situation } from "../situation.ts";

/** One alert for all that went alike: how, by whom, at whose demand, whether people had been told, and what may share an alert at all. */
export const departures = (close: readonly ClosedLink[], situation: Situation): readonly AlertDraft[] =>
  groupBy(close, (closed) => alertKey(closed, situation)).map((group) => departure(group, situation));

const alertKey = (closed: ClosedLink, situation: Situation): string => {
  const { link, closedBy, actor } = closed;
  return JSON.stringify([
    closedBy,
    link.demanded?.by,
    link.demanded?.why,
    link.announced,
    wasRefused(link, situation),
    actorKey(actor),
    verdictOn(link, situation).endSessions,
    sharingKey(kindOf(closed), link, situation),
  ]);
};

function departure(group: readonly [ClosedLink, ...ClosedLink[]], situation: Situation): AlertDraft {
  const [{ link, closedBy }] = group;
  const links = [link, ...group.slice(1).map((closed) => closed.link)] as const;
  const draft = draftAlert(kindOf(group[0]), links, situation);
  const usage = usageNotes(links, situation);
  const left = othersOpen(links, situation);
  const deleter = actorOfAll(group.map(({ actor }) => actor));
  if (isOurs(closedBy) && link.announced) {
    const sessions = verdictOn(link, situation).endSessions ? [sessionsNote(links, situation.sessions)] : [];
    const also = deleter && deleter.kind !== "unknown" ? { deleter } : {};
    const notes = [...left, ...demandNote(link), ...toldNotes(link), ...usage, ...sessions];
    return { ...draft, actors: { ...draft.actors, ...also }, notes };
  }
  const actors = { ...draft.actors, ...(deleter && { deleter }) };
  const refused = wasRefused(link, situation) ? [{ kind: "deletes-refused" } as const] : [];
  const others = link.announced ? toldNotes(link) : (draft.notes ?? []);
  return { ...draft, actors, notes: [...left, ...refused, ...usage, ...others] };
}

/** Other links to the same VMs that stay open. */
function othersOpen(
  closed: readonly TrackedLink[],
  { lives = new Map(), now, bastion, observation }: Situation,
): readonly Note[] {
  const listed = observation.kind === "listed" ? observation.listing.links : [];
  const vms = alsoOpen(
    closed.map(({ vmId }) => vmId),
    { now, lives, bastionId: bastion.id, listed },
  );
  return vms.length === 0 ? [] : [{ kind: "also-open", vms }];
}

const demandNote = ({ demanded }: TrackedLink): readonly Note[] =>
  demanded ? [{ kind: "demanded", by: demanded.by, why: demanded.why }] : [];

function sessionsNote(links: readonly TrackedLink[], sessions: SessionAnswer | undefined): Note {
  if (sessions?.kind !== "done") return { kind: "sessions-unknown", why: sessions?.why };
  const vms = new Set(links.map(({ vmId }) => idKey(vmId)));
  const here = sessions.sessions.filter(({ vmId }) => vms.has(idKey(vmId)));
  const ended = here.filter(({ wasEnded }) => wasEnded).length;
  return { kind: "sessions-ended", ended, others: here.length - ended };
}

const isOurs = (closedBy: ClosedBy): boolean =>
  closedBy === "revoked-by-watchdog" || closedBy === "perhaps-by-watchdog";

const kinds = {
  "revoked-by-watchdog": "revoked",
  "perhaps-by-watchdog": "gone",
  "deleted-by-other": "deleted",
  "switched-off": "switched-off",
  "gone-with-bastion": "deleted",
} as const satisfies Readonly<Record<ClosedBy, AlertKind>>;

const kindOf = ({ link, closedBy }: ClosedLink): AlertKind =>
  link.announced ? kinds[closedBy] : "created-and-gone";

/** The ledger's `link-closed` facts: who closed each link, as far as reported, and whether it was used. */
export const closedFacts = (close: readonly ClosedLink[], situation: Situation) =>
  groupBy(close, ({ link, closedBy, actor }) =>
    JSON.stringify([closedBy, actorKey(actor), usageFact(link, situation)]),
  ).flatMap((group) => {
    const [{ link, closedAt, closedBy, actor }] = group;
    return factsOn(
      group.map(({ link }) => link),
      {
        at: closedAt,
        kind: "link-closed",
        actor: knownCaller(actor),
        data: { closedBy, ...usageFact(link, situation) },
      },
    );
  });
