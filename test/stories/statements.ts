/** What each kind of fact in a message states of the world, and how the simulator's record decides it. */
import type { AlertKind } from "../../src/core/domain/alerts/alert-kinds.ts";
import type { AlertLink } from "../../src/core/domain/alerts/alert.ts";
import { asRead, isExpired, isOver, listedAgain, momentOf } from "../../src/core/domain/alerts/as-of.ts";
import type { Note } from "../../src/core/domain/alerts/note.ts";
import type { OpenSpan, Told, TrueRecord } from "./true-record.ts";

/** Untrue statements, in words; none: every one of them is true. */
type Judge<Fact> = (fact: Fact, told: Told, record: TrueRecord) => readonly string[];

interface Row<Fact> {
  readonly states: string;
  readonly judge: Judge<Fact>;
}

const row = <Fact>(states: string, judge: Judge<Fact>): Row<Fact> => ({ states, judge });
/** Of what the watchdog did, heard or was told by people: the simulator of Azure has no record that could decide it. */
const ofItself = (states: string): Row<unknown> => row(states, () => []);

const wasOpen = (spans: readonly OpenSpan[], from: number, to: number): boolean =>
  spans.some((span) => span.from <= to && (span.until ?? Infinity) >= from);

/** Open at some moment that the watchdog may honestly speak of. */
const isOpen = (linkId: string, { at, since }: Told, { spansOf }: TrueRecord): boolean => {
  const links = spansOf(linkId);
  return links.length === 0 || links.some((spans) => wasOpen(spans, since, at));
};

/** Not open any more when the message arrived. */
const hasEnded = (linkId: string, { at }: Told, { spansOf }: TrueRecord): boolean => {
  const links = spansOf(linkId);
  return links.length === 0 || links.some((spans) => spans.every(({ until }) => (until ?? Infinity) <= at));
};

/** Gone at some such moment: not open from the first of them to the last. */
const isGone = (linkId: string, { at, since }: Told, { spansOf, wasUnlisted }: TrueRecord): boolean => {
  const links = spansOf(linkId);
  const isEnded = ({ from, until }: OpenSpan) => from > since || (until ?? Infinity) <= at;
  if (links.length === 0 || links.some((spans) => spans.every(isEnded))) return true;
  return wasUnlisted(linkId, since, at);
};

/** Open, or past its own end in Azure: each is told as what it is. */
const stillOpen = (links: readonly AlertLink[], told: Told, record: TrueRecord): readonly string[] =>
  links.flatMap((link) => {
    const { linkId } = link;
    const isOver = isExpired(link, momentOf(told.alert));
    if (isOver ? hasEnded(linkId, told, record) : isOpen(linkId, told, record)) return [];
    return [`${told.alert.kind} says that link ${linkId.slice(0, 10)} ${isOver ? "has expired" : "is open"}`];
  });

/** The links it names as open are open; those it tells as gone since, in `asOf`, are judged there. */
const open: Row<unknown> = row("each link that it does not tell as gone is open", (_, told, record) => {
  const { alert } = told;
  return isOver(alert) || alert.asOf?.isUnread ? [] : stillOpen(asRead(alert).links, told, record);
});

const gone: Row<unknown> = row(
  "none of its links is open, but those it tells as listed again",
  (_, told, record) => {
    const again = new Set(listedAgain(told.alert).map(({ linkId }) => linkId));
    return told.alert.links
      .filter(({ linkId }) => !again.has(linkId) && !isGone(linkId, told, record))
      .map(({ linkId }) => `${told.alert.kind} says that link ${linkId.slice(0, 10)} is gone`);
  },
);

/** What the digest counts: a link that was gone before anybody looked is in neither figure. */
function miscounted({ alert: { digest }, at, since }: Told, { allSpans }: TrueRecord): readonly string[] {
  if (!digest) return [];
  const spans = allSpans();
  const open = (is: (span: OpenSpan) => boolean) => spans.filter(is).length;
  const [least, most] = [
    open(({ from, until = Infinity }) => from <= since && until >= at),
    open(({ from, until = Infinity }) => from <= at && until >= since),
  ];
  const { revoked, perhapsRevoked, deletedByOthers, goneWithBastion } = digest.closed;
  const closed = revoked + perhapsRevoked + deletedByOthers + goneWithBastion;
  const ended = open(({ until = Infinity }) => until > digest.since && until <= at);
  const seenEnding = open(
    ({ from, until = Infinity }) => until > digest.since && until <= since && until - from > at - since,
  );
  return [
    ...(digest.links.open < least || digest.links.open > most
      ? [`says that ${digest.links.open} links are open, not ${least} to ${most}`]
      : []),
    ...(closed < seenEnding || closed > ended
      ? [`says that ${closed} links ended, not ${seenEnding} to ${ended}`]
      : []),
  ];
}

/** A kind that is missing here does not compile, and fails the suite. */
export const kindRows: Readonly<Record<Exclude<AlertKind, "unacknowledged">, Row<unknown>>> = {
  created: open,
  "created-unnamed": ofItself("an event reports new links"),
  unannounced: open,
  preexisting: open,
  "re-created": open,
  "created-and-gone": gone,
  "creator-reported": open,
  expiring: open,
  "deadline-moved": open,
  "configuration-changed": ofItself("what the settings say"),
  revoked: gone,
  "would-revoke": open,
  "revoke-failed": open,
  "revocations-held": open,
  "trouble-ended": ofItself("a trouble of the watchdog's own is over"),
  deleted: gone,
  "switched-off": ofItself("the bastion says that its feature is off: its links are still there"),
  "scope-left": ofItself("its links were open when the scope changed; nobody looks since"),
  "tags-unknown": open,
  "deleted-unseen": ofItself("an event reports a delete that no link explains"),
  gone,
  "identity-misused": ofItself("an event names the watchdog's identity"),
  "links-read": ofItself("an event reports a list"),
  "create-failed": ofItself("an event reports a failure"),
  "failed-sign-ins": open,
  "nearly-full": ofItself("how many links the last list held"),
  "feature-on": ofItself("what the bastion said last"),
  "feature-off": ofItself("what the bastion said last"),
  "bastion-deleted": gone,
  unreadable: ofItself("Azure did not answer the last look"),
  "read-partly": ofItself("the last list broke off"),
  "bastion-again": ofItself("the last list came"),
  "readable-again": ofItself("the last list was whole"),
  extended: open,
  "time-given": open,
  "events-missing": ofItself("what events had not reported"),
  "delivery-changed": ofItself("what the Activity Log reports"),
  "watchdog-trouble": ofItself("something of the watchdog's own"),
  test: ofItself("nothing"),
  digest: row("its links are open, and so many are; so many ended since the last one", (_, told, record) => [
    ...stillOpen(told.alert.links, told, record),
    ...miscounted(told, record),
  ]),
};

type NoteRows = { readonly [Kind in Note["kind"]]: Row<Note & { readonly kind: Kind }> };

export const noteRows: NoteRows = {
  "list-incomplete": ofItself("the last list broke off"),
  "gone-before-seen": ofItself("no list showed a link of that create"),
  "not-yet-seen": ofItself("no list came yet"),
  "reported-after-close": ofItself("when an event came"),
  "told-creator": ofItself("what was told before"),
  "listed-late": ofItself("what was told before"),
  "create-refused": ofItself("what events report"),
  "list-read": ofItself("what events report"),
  usage: ofItself("what the audit log says"),
  "tags-unknown": ofItself("what Resource Graph did not answer"),
  "opened-again": ofItself("how many links of the VM the watchdog saw"),
  "listed-again": ofItself("that this link was closed before"),
  "lifetime-spent": ofItself("for how long the watchdog saw the VM open"),
  "time-given": ofItself("what an operator did"),
  "creator-decides": ofItself("what the policy says"),
  "extension-lapsed": ofItself("what an operator did"),
  "scope-left": ofItself("what the settings say"),
  "tags-forbidden": ofItself("what Azure refused"),
  "deletes-refused": row("Azure refused a delete of the watchdog", (_, { alert, at }, { wasRefused }) =>
    alert.links.some(({ linkId }) => wasRefused(linkId, at)) ? [] : ["says that Azure refused our deletes"],
  ),
  "deletes-not-ours": ofItself("what events report"),
  "deletes-unexplained": ofItself("what events report"),
  "moments-corrected": ofItself("what rows held"),
  demanded: ofItself("what an operator did"),
  "sessions-ended": ofItself("what Azure answered"),
  "sessions-unknown": ofItself("what Azure did not answer"),
  extended: ofItself("what an operator did"),
  longest: ofItself("what the policy says"),
  "failed-sign-ins": ofItself("what the audit log says"),
  held: ofItself("what the policy says"),
  "deadline-moved": ofItself("what was told before, and what the policy says now"),
  "configuration-changed": ofItself("what the settings say"),
  "azure-refuses": row("Azure refused to delete a link of it", (_, { alert, at }, { wasRefused }) =>
    alert.links.some(({ linkId }) => wasRefused(linkId, at)) ? [] : ["says that Azure refuses"],
  ),
  "also-open": row("so many other links to the VM are open at most", ({ vms }, { at, since }, { openTo }) =>
    vms
      .filter(({ vmId, links }) => openTo(vmId, since, at).most < links)
      .map(({ vmId }) => `says that ${vmId.slice(-8)} has more links than it has`),
  ),
  "still-listed": ofItself("how often the watchdog asked"),
  "goes-on": ofItself("what was told before"),
  "trouble-ended": ofItself("what the watchdog does no longer"),
  unreadable: ofItself("what Azure answered"),
  "read-partly": ofItself("what Azure answered"),
  room: ofItself("how many links the last list held"),
  "without-url": ofItself("how the last list showed it"),
  fallback: ofItself("what a channel answered"),
  undelivered: ofItself("what a channel answered"),
  "channel-back": ofItself("what a channel answered"),
  "channel-down": ofItself("what a channel answered"),
  "message-rejected": ofItself("something of the watchdog's own"),
  "message-poisoned": ofItself("something of the watchdog's own"),
  stale: ofItself("when the watchdog looked last"),
  unwatched: ofItself("when the watchdog looked"),
  "ledger-broken": ofItself("something of the watchdog's own"),
  "clock-off": ofItself("something of the watchdog's own"),
  "rows-corrected": ofItself("what rows held"),
  "evidence-objected": ofItself("what the evidence holds"),
  "events-missing": ofItself("what events had not reported"),
  "delivery-changed": ofItself("what the Activity Log reports"),
  "log-unread": ofItself("what the Activity Log did not answer"),
  "settings-conflict": ofItself("something of the watchdog's own"),
  misconfigured: ofItself("something of the watchdog's own"),
  test: ofItself("nothing"),
};

/** Every untrue statement of a message, at the moment it arrived. */
export function untruths(told: Told, record: TrueRecord): readonly string[] {
  const { alert } = told;
  const kind = alert.about?.kind ?? alert.kind;
  const ofKind = kind === "unacknowledged" ? [] : kindRows[kind].judge(undefined, told, record);
  return [
    ...ofKind,
    ...asRead(alert).notes.flatMap((note) => (noteRows[note.kind] as Row<Note>).judge(note, told, record)),
    ...goneSince(told, record),
  ];
}

/** What it tells as gone since then is gone. */
const goneSince = (told: Told, record: TrueRecord): readonly string[] =>
  (told.alert.asOf?.gone ?? [])
    .filter(({ linkId, closedBy }) => closedBy !== "switched-off" && !isGone(linkId, told, record))
    .map(({ linkId }) => `says that link ${linkId.slice(0, 10)} is gone since`);
