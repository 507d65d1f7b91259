import type { TrackedLink } from "../../links/link.ts";
import { after, hours, type Instant, minutes, seconds } from "../../time.ts";
import { correlationIdOf } from "../../links/own-deletes.ts";
import { alertsOf } from "../alert-draft.ts";
import {
  factsOn,
  groupBy,
  isEnforced,
  noStep,
  verdictOn,
  type LinkStep,
  type Situation,
} from "../situation.ts";
import { throughBreaker } from "./breaker.ts";
import { hasNotice, warned, warningAt } from "./notice.ts";

/** After a delete is asked for we look again at these moments; Azure was seen to need seconds, or over a minute. */
const looksAfterAsking = [seconds(2), seconds(5), seconds(15), seconds(40)] as const;
/** How long one asking counts as under way, by attempt. */
const askingLease = [minutes(1), minutes(2), minutes(5), minutes(15), minutes(30), hours(1)] as const;

/** How soon a link that the breaker holds is judged again. */
const heldLook = minutes(10);

type Due = "wait" | "warn" | "revoke" | "revoke-again" | "would-revoke";

interface Judged {
  readonly link: TrackedLink;
  readonly due: Due;
}

/**
 * Warns, revokes, or says what would be revoked. Runs only on links that the listing just showed, whatever else
 * it lacks, and only links whose announcement an earlier transaction committed are ever touched. `links` of the answer are all of them, in their order; `held` those that the breaker holds.
 */
export function enforce(
  links: readonly TrackedLink[],
  situation: Situation,
): LinkStep & { readonly held: readonly TrackedLink[] } {
  const announced = announcedBefore(situation);
  const judged = links.map((link): Judged => ({
    link,
    due: announced.has(link.linkId) ? dueOf(link, situation) : "wait",
  }));
  const { allowed, held: beyondBudget } = throughBreaker(judged.filter(isAsked), situation);
  const held = new Set(beyondBudget);
  const changed = judged.map((item) => (held.has(item) ? item.link : afterwards(item, situation)));
  const warnedNow = judged
    .filter(({ due }) => due === "warn")
    .map((item): Judged => ({ ...item, link: afterwards(item, situation) }));
  const dueAre = (due: Due) =>
    judged.filter((item) => item.due === due && !held.has(item)).map(({ link }) => link);
  const others = judged.filter((item) => item.due !== "warn" && !held.has(item));
  return {
    ...noStep,
    links: changed,
    revoke: allowed.map(({ link }) => link.linkId),
    alerts: [
      ...alertsOf(
        "expiring",
        warnedNow.map(({ link }) => link),
        situation,
      ),
      ...alertsOf("would-revoke", dueAre("would-revoke"), situation),
    ],
    held: beyondBudget.map(({ link }) => link),
    facts: factsOf([...warnedNow, ...others], situation.now),
    looks: judged.flatMap((item, index) =>
      held.has(item) ? [after(situation.now, heldLook)] : looksFor(changed[index] ?? item.link, situation),
    ),
  };
}

const announcedBefore = ({ watched }: Situation): ReadonlySet<string> =>
  new Set(watched.links.filter(({ announced }) => announced).map(({ linkId }) => linkId));

const isAsked = ({ due }: Judged): boolean => due === "revoke" || due === "revoke-again";

function dueOf(link: TrackedLink, situation: Situation): Due {
  const { now } = situation;
  if (link.intent)
    return isRevokable(link, situation) && link.intent.leaseUntil <= now ? "revoke-again" : "wait";
  if (link.demanded) return "revoke";
  const verdict = verdictOn(link, situation);
  if (!hasNotice(link)) return now >= warningAt(link, situation) ? "warn" : "wait";
  return now >= link.deadline ? pastDeadline(link, isEnforced(verdict, situation)) : "wait";
}

function pastDeadline(link: TrackedLink, enforced: boolean): Due {
  if (enforced) return "revoke";
  return link.wouldRevokeToldAt === undefined ? "would-revoke" : "wait";
}

/** A leftover intent is judged again before it is repeated: policy and mode may have changed since. */
export const isRevokable = (link: TrackedLink, situation: Situation): boolean =>
  link.demanded !== undefined ||
  (situation.now >= link.deadline && isEnforced(verdictOn(link, situation), situation));

function afterwards({ link, due }: Judged, situation: Situation): TrackedLink {
  const { now } = situation;
  switch (due) {
    case "wait":
      return reprieved(link, situation);
    case "warn":
      return warned(link, situation);
    case "would-revoke":
      return {
        ...link,
        wouldRevokeToldAt: now,
        notice: { at: now, end: link.deadline, enforced: false },
      };
    case "revoke":
    case "revoke-again":
      return asked(link, situation);
  }
}

/** Askings come an hour apart by then, and their events within one. */
const mostIds = 30;

/** Each asking that comes to nothing counts longer as under way than the one before. */
function asked(link: TrackedLink, { bastion, host, now }: Situation): TrackedLink {
  const attempts = (link.intent?.attempts ?? 0) + 1;
  const lease = askingLease[Math.min(attempts, askingLease.length) - 1] ?? hours(1);
  return {
    ...link,
    status: link.intent ? "revoke-failed" : "revoking",
    intent: {
      askedAt: now,
      attempts,
      leaseUntil: after(now, lease),
      correlationIds: [...(link.intent?.correlationIds ?? []), correlationIdOf(bastion, host, now)].slice(
        -mostIds,
      ),
    },
  };
}

/** Asked to go, still there, and not to be asked again: it begins again with a notice where it is due later, and as what nobody revokes where it is observed. */
function reprieved(link: TrackedLink, situation: Situation): TrackedLink {
  const { intent, deadline, notice } = link;
  const { now } = situation;
  if (intent === undefined || intent.leaseUntil > now || isRevokable(link, situation)) return link;
  return { ...link, status: "open", intent: undefined, notice: now < deadline ? undefined : notice };
}

const factKinds = {
  warn: "link-warned",
  "would-revoke": "would-revoke",
  revoke: "revoke-requested",
  "revoke-again": "revoke-requested",
} as const;

function factsOf(judged: readonly Judged[], now: Instant) {
  const groups = groupBy(judged, ({ link, due }) =>
    [due, link.intent?.attempts ?? 0, link.demanded?.by, due === "warn" && link.notice?.byCreator].join("|"),
  );
  return groups.flatMap((group) => {
    const [{ link, due }] = group;
    if (due === "wait") return [];
    const demanded = link.demanded ? { demandedBy: link.demanded.by } : {};
    const isAsking = due === "revoke" || due === "revoke-again";
    const asking = isAsking ? { attempt: (link.intent?.attempts ?? 0) + 1, ...demanded } : {};
    const data = { ...asking, ...(due === "warn" && link.notice?.byCreator && { byCreator: true }) };
    return factsOn(
      group.map((item) => item.link),
      { at: now, kind: factKinds[due], actor: undefined, data },
    );
  });
}

/** When this link wants to be looked at again: its warning, its deadline, or the second looks after asking Azure to delete it. */
function looksFor(link: TrackedLink, situation: Situation): readonly Instant[] {
  const { now } = situation;
  if (link.intent) {
    const { askedAt, leaseUntil } = link.intent;
    return [...looksAfterAsking.map((wait) => after(askedAt, wait)), leaseUntil].filter(
      (moment) => moment > now,
    );
  }
  const verdict = verdictOn(link, situation);
  if (!link.announced) return [];
  if (link.demanded) return [notBefore(now, now)];
  if (!hasNotice(link)) return [notBefore(warningAt(link, situation), now)];
  return isEnforced(verdict, situation) || link.wouldRevokeToldAt === undefined
    ? [notBefore(link.deadline, now)]
    : [];
}

/** What is due already waits for the next transaction, not for this one. */
const notBefore = (moment: Instant, now: Instant): Instant =>
  moment > now ? moment : after(now, seconds(1));
