/** Who may take care of an alert, for which of its links, and until when that holds. */
import { mayBeCreator, type Actor } from "../attribution/actor.ts";
import type { Fact } from "../ledger/ledger.ts";
import type { LinkId, TrackedLink } from "../links/link.ts";
import { isoInstant, type Instant } from "../time.ts";
import { awaitedOf, type Acknowledgement, type AwaitedAlert } from "./acknowledgement.ts";
import type { Alert } from "./alert.ts";

/** What keeps them: the host row of a partition. */
interface Row {
  readonly acknowledged: readonly Acknowledgement[];
  readonly awaited: readonly AwaitedAlert[];
}

type Attributed = Pick<TrackedLink, "linkId" | "attribution">;

/** The newest acknowledgement of an alert says what of it stays; undefined: nobody took care of any of it. */
export const acknowledgementOf = (
  { acknowledged }: Pick<Row, "acknowledged">,
  alertId: string,
): Acknowledgement | undefined => acknowledged.find((one) => one.alertId === alertId);

/** As many as a bastion can plausibly raise while somebody is on call. */
const acknowledgedKept = 200;
/** Of so many of them, the newest, it is kept what they are about: to be awaited again. */
const aboutKept = 50;
/** More links than that are known by having been there. */
const linksKept = 40;
/** The most important of its links are kept with an acknowledgement that may lapse. */
const waitingKept = 3;

interface Care {
  readonly alert: Alert;
  readonly person: Actor;
  readonly now: Instant;
}

/**
 * The row once the person took care of what is theirs to take care of: not what they are named in, and not a link that they made or may have made. `stays`: how
 * many links wait for somebody else.
 */
export function takenCareOf(
  row: Row,
  links: readonly Attributed[],
  { alert, person, now }: Care,
): { readonly row: Row; readonly stays: number } | "own-alert" | "already-acknowledged" {
  const before = acknowledgementOf(row, alert.id);
  if (before?.stays.length === 0) return "already-acknowledged";
  if (isNamedIn(alert, person)) return "own-alert";
  const open = before?.stays ?? alert.links.map(({ linkId }) => linkId);
  const isOwn = (linkId: LinkId) =>
    links.some((link) => link.linkId === linkId && mayBeCreator(link.attribution, person));
  const stays = open.filter(isOwn);
  if (open.length > 0 && stays.length === open.length) return "own-alert";
  const covered = open.filter((linkId) => !stays.includes(linkId));
  const waiting = row.awaited.find(({ id }) => id === alert.id) ?? awaitedOf(alert, [])[0];
  const mine: Acknowledgement = {
    ...person,
    alertId: alert.id,
    at: now,
    stays,
    about: {
      links: covered.slice(0, linksKept),
      isCut: covered.length > linksKept,
      waiting: waiting && { ...waiting, links: waiting.links.slice(0, waitingKept) },
    },
  };
  const acknowledged = [mine, ...row.acknowledged]
    .slice(0, acknowledgedKept)
    .map((one, index) => (index < aboutKept ? one : { ...one, about: undefined }));
  return { row: { acknowledged, awaited: leftOf(row.awaited, alert, stays) }, stays: stays.length };
}

const leftOf = (awaited: Row["awaited"], { id, links }: Alert, stays: readonly LinkId[]): Row["awaited"] =>
  awaited.flatMap((one) => {
    if (one.id !== id) return [one];
    const left = links.filter(({ linkId }) => stays.includes(linkId));
    return left.length === 0 ? [] : [{ ...one, links: left, linkCount: left.length }];
  });

/** Whether an alert names the person as who did, or may have done, what it tells of. */
const isNamedIn = ({ actors }: Alert, person: Actor): boolean =>
  Object.values(actors).some((actor) => mayBeCreator(actor, person));

/** A link that is open, or that was closed while nobody was named for it. */
export interface MadeLink extends Attributed {
  readonly firstSeenAt: Instant;
}

/** The row without the acknowledgements of those who may have made one of these links: their alerts are awaited again from now on. */
export function withoutLapsed(
  { acknowledged, awaited }: Row,
  made: readonly MadeLink[],
  now: Instant,
): Row & { readonly facts: readonly Fact[] } {
  const lapsed = acknowledged.filter((one) => made.some((link) => isOwn(one, link)));
  const isLapsed = ({ alertId }: Pick<Acknowledgement, "alertId">) =>
    lapsed.some((one) => one.alertId === alertId);
  const again = lapsed.flatMap(({ about }) =>
    about?.waiting ? [{ ...about.waiting, toldAt: undefined, againAt: now }] : [],
  );
  const others = awaited.filter(({ id }) => !isLapsed({ alertId: id }));
  return {
    acknowledged: acknowledged.filter((one) => !isLapsed(one)),
    awaited: [...again, ...others],
    facts: lapsed.map(({ alertId, by, at }) => ({
      at: now,
      kind: "acknowledgement-lapsed",
      links: [],
      actor: undefined,
      data: { alert: alertId, by, acknowledgedAt: isoInstant(at) },
    })),
  };
}

const isOwn = (
  { about, at, ...by }: Acknowledgement,
  { linkId, attribution, firstSeenAt }: MadeLink,
): boolean =>
  about !== undefined &&
  (about.links.includes(linkId) || (about.isCut && firstSeenAt <= at)) &&
  mayBeCreator(attribution, by);

/** For a form: another text as soon as somebody took care of the alert, or of a part of it. */
export function careVersion(row: Pick<Row, "acknowledged">, alertId: string): string {
  const done = acknowledgementOf(row, alertId);
  if (done === undefined) return "open";
  return done.stays.length === 0 ? "acknowledged" : `open ${done.stays.join(" ")}`;
}
