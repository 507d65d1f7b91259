import type { CoverageLine } from "../../domain/reports/coverage.ts";
import type { LedgerFact } from "../../domain/ledger/ledger.ts";
import type { LinkLife } from "../../domain/reports/link-lives.ts";
import type { LinkLine, LinkLines } from "../../domain/reports/link-query.ts";
import type { BastionsAnswer, StatusAnswer, LinkResource, LinksAnswer } from "./answer-schemas.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import type { ToldPause } from "../../domain/alerts/lane/told-pause.ts";
import type { WitnessLine } from "../../domain/alerts/witness-figures.ts";
import { isoInstant, type Instant } from "../../domain/time.ts";
import type { HostState } from "../../domain/state/watched.ts";

/** A page of links as `GET /api/links` answers it; `continuation` where there are more. */
export const linksJson = (
  { found, lines }: LinkLines,
  readAt: Instant,
  continuation?: string,
): LinksAnswer => ({
  readAt: isoInstant(readAt),
  found,
  ...(continuation === undefined ? {} : { continuation }),
  links: lines.map((line) => ({ ...fieldsOf(line), state: line.state })),
});

const fieldsOf = (line: Omit<LinkLine, "state">) => ({
  linkId: line.linkId,
  life: line.life,
  bastionId: line.bastionId,
  vmId: line.vmId,
  createdAt: isoInstant(line.createdAt),
  owner: line.owner ?? null,
  deadline: iso(line.deadline),
  rule: line.rule ?? null,
  tightenedBy: [...line.tightenedBy],
  extendedUntil: iso(line.extendedUntil),
  demanded: line.demanded,
  closedAt: iso(line.closedAt),
});

const iso = (moment: Instant | undefined): string | null =>
  moment === undefined ? null : isoInstant(moment);

interface Story extends Pick<LinkResource, "linkId"> {
  readonly lives: readonly LinkLife[];
  readonly facts: readonly (LedgerFact & { readonly bastionId: string })[];
}

/** One link as `GET /api/links/{id}` answers it. */
export const linkJson = ({ linkId, lives, facts }: Story, readAt: Instant): LinkResource => ({
  readAt: isoInstant(readAt),
  linkId,
  lives: lives.map((life) => ({ ...fieldsOf(life), state: life.state, seenAt: iso(life.seenAt) })),
  facts: facts.map(({ bastionId, seq, at, kind, actor, data }) => ({
    ...{ bastionId, seq, at: isoInstant(at), kind, data },
    actor: actor ? callerName(actor) : null,
    actorObjectId: actor?.objectId ?? null,
  })),
});

interface Bastions {
  readonly found: number;
  readonly lines: readonly CoverageLine[];
}

/** A page of bastions as `GET /api/bastions` answers it. */
export const bastionsJson = (
  { found, lines }: Bastions,
  readAt: Instant,
  continuation?: string,
): BastionsAnswer => ({
  readAt: isoInstant(readAt),
  found,
  ...(continuation === undefined ? {} : { continuation }),
  bastions: lines.map(({ why, since, checkedAt, ...line }) => ({
    ...line,
    why: why ?? null,
    since: iso(since),
    checkedAt: iso(checkedAt),
  })),
});

/** What `GET /api/status` tells beside its status. */
export const statusJson = (
  host: HostState | undefined,
  {
    witnesses,
    pauses,
  }: { readonly witnesses: readonly WitnessLine[]; readonly pauses: readonly ToldPause[] },
  about: Pick<StatusAnswer, "version" | "mode" | "warnings">,
): Omit<StatusAnswer, "status"> => ({
  configuration: "valid",
  ...about,
  lastSweep: host?.sweep ? { ...host.sweep, finishedAt: isoInstant(host.sweep.finishedAt) } : null,
  lastEventAt: iso(host?.eventAt),
  witnesses: witnesses.map(({ subscriptionId, eventsSpokeAt, logSpokeAt, readTo, unread, missing }) => ({
    subscriptionId,
    eventGridSpokeAt: iso(eventsSpokeAt),
    activityLogSpokeAt: iso(logSpokeAt),
    activityLogReadTo: iso(readTo),
    activityLogUnread: unread ?? null,
    missingSince: iso(missing),
  })),
  pausedChannels: pauses.map(({ channel, since, why }) => ({ channel, since: isoInstant(since), why })),
  counted: host?.counted ? { ...host.counted, at: isoInstant(host.counted.at) } : null,
});
