import { resourceName } from "../../domain/arm-id.ts";
import type { CoverageLine } from "../../domain/reports/coverage.ts";
import type { LedgerFact } from "../../domain/ledger/ledger.ts";
import type { LinkLife } from "../../domain/reports/link-lives.ts";
import type { LinkLine, LinkLines } from "../../domain/reports/link-query.ts";
import type { BastionsAnswer, HealthAnswer, LinkResource, LinksAnswer } from "./answer-schemas.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import { formatDuration, isoInstant, type Instant } from "../../domain/time.ts";
import type { HostState } from "../../domain/state/watched.ts";
import { csv, moments, ours, theirs, type Column } from "../text/csv.ts";
import { textTable } from "../text/text-table.ts";

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
  vmId: line.vmId ?? null,
  createdAt: isoInstant(line.createdAt),
  owner: line.owner ?? null,
  deadline: iso(line.deadline),
  rule: line.rule ?? null,
  extendedUntil: iso(line.extendedUntil),
  demanded: line.demanded,
  closedAt: iso(line.closedAt),
});

const iso = (moment: Instant | undefined): string | null =>
  moment === undefined ? null : isoInstant(moment);

const linkColumns: readonly Column<LinkLine | LinkLife>[] = [
  theirs("vmId", ({ vmId }) => vmId),
  theirs("bastionId", ({ bastionId }) => bastionId),
  ours("state", ({ state }) => state),
  moments("createdAt", ({ createdAt }) => createdAt),
  theirs("owner", ({ owner }) => owner),
  moments("deadline", ({ deadline }) => deadline),
  theirs("rule", ({ rule }) => rule),
  moments("extendedUntil", ({ extendedUntil }) => extendedUntil),
  ours("demanded", ({ demanded }) => demanded),
  moments("closedAt", ({ closedAt }) => closedAt),
  ours("life", ({ life }) => life),
  ours("linkId", ({ linkId }) => linkId),
];

/** RFC 4180, one life a row; what strangers chose cannot run as a formula. Moments are ISO 8601 in UTC. */
export const linksCsv = (lines: readonly (LinkLine | LinkLife)[]): string => csv(linkColumns, lines);

/** For a terminal, one life a row; deadlines count from `readAt`. */
export const linksTable = (lines: readonly (LinkLine | LinkLife)[], readAt: Instant): string =>
  `${textTable(
    ["VM", "BASTION", "STATE", "CREATED", "BY", "DUE", "RULE", "LINK"],
    lines.map(({ vmId, bastionId, state, createdAt, owner, deadline, closedAt, rule, linkId }) => [
      vmId === undefined ? "" : resourceName(vmId),
      resourceName(bastionId),
      state,
      isoInstant(createdAt),
      owner ?? "",
      closedAt === undefined ? relative(deadline, readAt) : `closed ${isoInstant(closedAt)}`,
      rule ?? "",
      linkId,
    ]),
  )}\n`;

function relative(moment: Instant | undefined, now: Instant): string {
  if (moment === undefined) return "";
  return moment > now ? `in ${formatDuration(moment - now)}` : `${formatDuration(now - moment)} ago`;
}

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

const bastionColumns: readonly Column<CoverageLine>[] = [
  theirs("bastionId", ({ bastionId }) => bastionId),
  ours("coverage", ({ coverage }) => coverage),
  theirs("why", ({ why }) => why),
  moments("since", ({ since }) => since),
  ours("feature", ({ feature }) => feature),
  moments("checkedAt", ({ checkedAt }) => checkedAt),
  ours("stale", ({ stale }) => stale),
  ours("open", ({ links }) => links.open),
  ours("overdue", ({ links }) => links.overdue),
  ours("revoking", ({ links }) => links.revoking),
  ours("revokeFailed", ({ links }) => links.revokeFailed),
];

/** RFC 4180; `open`, `overdue`, `revoking` and `revokeFailed` count links, and overlap. */
export const bastionsCsv = (lines: readonly CoverageLine[]): string => csv(bastionColumns, lines);

/** For a terminal; `stale` stands in the column of coverage, and ages count up to `readAt`. */
export const bastionsTable = (lines: readonly CoverageLine[], readAt: Instant): string =>
  `${textTable(
    ["BASTION", "COVERAGE", "CHECKED", "FEATURE", "OPEN", "OVERDUE", "WHY"],
    lines.map(({ bastionId, coverage, why, feature, checkedAt, stale, links }) => [
      resourceName(bastionId),
      stale ? "stale" : coverage,
      relative(checkedAt, readAt),
      feature,
      String(links.open),
      String(links.overdue),
      why ?? "",
    ]),
  )}\n`;

/** What `GET /api/health` tells beside its status. */
export const healthJson = (
  host: HostState | undefined,
  about: Pick<HealthAnswer, "version" | "mode">,
): Omit<HealthAnswer, "status"> => ({
  configuration: "valid",
  ...about,
  lastSweep: host?.sweep ? { ...host.sweep, finishedAt: isoInstant(host.sweep.finishedAt) } : null,
  lastEventAt: iso(host?.eventAt),
  counted: host?.counted ? { ...host.counted, at: isoInstant(host.counted.at) } : null,
});
