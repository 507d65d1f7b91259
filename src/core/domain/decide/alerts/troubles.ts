import { acknowledgementOf } from "../../alerts/taken-care-of.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import type { Note } from "../../alerts/note.ts";
import { troubleId } from "../../alerts/alert.ts";
import {
  goingOn,
  isChanged,
  toldAgainAt,
  type LastingTrouble,
  type TroubleNow,
} from "../../alerts/trouble.ts";
import { traitsOf } from "../../alerts/alert-kinds.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { after, seconds, type Instant } from "../../time.ts";
import { draftAlert } from "../alert-draft.ts";
import { noStep, type Situation, type Step } from "../situation.ts";
import { lastingRefusal } from "../links/failed.ts";
import type { Troubled } from "../links/troubled.ts";

/** What the host row keeps of it. */
type TroublesStep = Step & Pick<HostState, "troubles" | "acknowledged" | "awaited">;

/** As many links are remembered with a trouble as can be told of. */
const mostLinks = 200;
const mostNamed = 5;

/**
 * Tells troubles of a bastion: once they begin, again while they last, and when they end, whatever ended them. Where the bastion was not listed nothing is
 * known of them.
 */
export function troubles(
  found: readonly Troubled[],
  {
    open,
    row,
  }: { readonly open: readonly TrackedLink[]; readonly row: Pick<HostState, "acknowledged" | "awaited"> },
  situation: Situation,
): TroublesStep {
  const { host, observation, now, isPart } = situation;
  const { acknowledged, awaited } = row;
  if (observation.kind !== "listed") return { ...noStep, troubles: host.troubles, acknowledged, awaited };
  const lasting = found.flatMap((one) => tellingOf(one, situation));
  const isLasting = ({ id }: LastingTrouble) => lasting.some(({ trouble }) => trouble.id === id);
  const ended = isPart ? [] : host.troubles.filter((one) => one.endedAt === undefined && !isLasting(one));
  const told = lasting.filter(({ alert }) => alert !== undefined).map(({ trouble }) => trouble.id);
  const isOver = (id: string) => ended.some((one) => one.id === id);
  return {
    ...noStep,
    alerts: [
      ...lasting.flatMap(({ alert }) => alert ?? []),
      ...ended.map((one) => endOf(one, open, situation)),
    ],
    facts: lasting.flatMap(({ facts }) => facts),
    looks: lasting.map(({ again }) => (again > now ? again : after(now, seconds(1)))),
    troubles: [
      ...lasting.map(({ trouble }) => trouble),
      ...ended.map((one) => ({ ...one, tellings: one.tellings + 1, endedAt: now })),
      ...host.troubles.filter((one) => !isLasting(one) && !isOver(one.id) && isRecent(one, situation)),
    ],
    acknowledged: acknowledged.filter(({ alertId }) => !told.includes(alertId)),
    awaited: awaited.filter(({ id }) => !isOver(id)),
  };
}

const isRecent = (one: LastingTrouble, { host, now }: Situation): boolean =>
  one.endedAt === undefined || goingOn(host.troubles, one.kind, now)?.id === one.id;

interface Lasting {
  readonly trouble: LastingTrouble;
  readonly alert: AlertDraft | undefined;
  readonly again: Instant;
  readonly facts: readonly Fact[];
}

function tellingOf(found: Troubled, situation: Situation): readonly Lasting[] {
  const { host, now, bastion } = situation;
  const [first, ...rest] = found.links;
  if (!first) return [];
  const draft = draftAlert(found.kind, [first, ...rest], situation);
  const present = presentOf(found, draft.severity);
  const known = goingOn(host.troubles, found.kind, now);
  const id = troubleId(bastion.id, found.kind, now);
  const before = known ?? { ...present, id, since: now, toldAt: now, tellings: 0 };
  const isAcknowledged = acknowledgementOf(host, before.id)?.stays.length === 0;
  const isDue = !known || isChanged(known, present) || now >= toldAgainAt(known, isAcknowledged);
  const trouble: LastingTrouble = {
    ...{ ...before, ...present, endedAt: undefined },
    forbidden: [...new Set([...before.forbidden, ...present.forbidden])].slice(0, mostLinks),
    ...(isDue && { tellings: before.tellings + 1, toldAt: now }),
  };
  const alert = isDue ? alertOn(trouble, draft, found.notes) : undefined;
  const again = toldAgainAt(trouble, isAcknowledged && !isDue);
  return [{ trouble, alert, again, facts: alert ? found.facts : [] }];
}

const presentOf = ({ kind, reason, links }: Troubled, severity: TroubleNow["severity"]): TroubleNow => ({
  ...{ kind, reason, severity, links: links.map(({ linkId }) => linkId).slice(0, mostLinks) },
  forbidden: links.flatMap(({ linkId, allowed }) => (allowed ? [] : [linkId])).slice(0, mostLinks),
});

function alertOn(
  { id, since, tellings }: LastingTrouble,
  draft: AlertDraft,
  notes: readonly Note[],
): AlertDraft {
  const lasts: readonly Note[] = tellings > 1 ? [{ kind: "goes-on", since, telling: tellings }] : [];
  return {
    ...draft,
    trouble: { id, telling: { number: tellings, since } },
    notes: [...notes, ...lasts, ...(draft.notes ?? [])],
  };
}

/** Why it is over: its links are gone or going, are not due any more, or nobody tries any more. */
function endOf(trouble: LastingTrouble, open: readonly TrackedLink[], { now }: Situation): AlertDraft {
  const left = open.filter(({ linkId }) => trouble.links.includes(linkId));
  return {
    kind: "trouble-ended",
    severity: traitsOf("trouble-ended").severity,
    at: now,
    trouble: { id: trouble.id, telling: { number: trouble.tellings + 1, since: trouble.since } },
    notes: [
      {
        kind: "trouble-ended",
        of: trouble.kind,
        because: reasonOfEnd(left, now),
        since: trouble.since,
        links: trouble.links.length,
        vmIds: left.map(({ vmId }) => vmId).slice(0, mostNamed),
        until: left.reduce<Instant | undefined>(
          (first, { deadline }) => (first === undefined || deadline < first ? deadline : first),
          undefined,
        ),
      },
    ],
  };
}

function reasonOfEnd(
  left: readonly TrackedLink[],
  now: Instant,
): (Note & { readonly kind: "trouble-ended" })["because"] {
  if (left.length === 0) return "gone";
  if (left.every(({ enforced }) => !enforced)) return "not-enforced";
  return left.every(({ deadline }) => deadline > now) ? "not-due" : "accepted";
}

/** What of it is to be told of the links that cannot be revoked. */
export function failedRevocations(links: readonly TrackedLink[], situation: Situation): readonly Troubled[] {
  const failing = links.flatMap((link) => {
    const refusal = lastingRefusal(link, situation);
    return refusal === undefined ? [] : [{ link, ...refusal }];
  });
  const codes = [...new Set(failing.map(({ code }) => code))].sort();
  if (failing.length === 0) return [];
  const notes = codes.map((code): Note => {
    const [first, ...others] = failing.filter((one) => one.code === code);
    const links = 1 + others.length;
    return code === "" || !first
      ? { kind: "still-listed", links }
      : { kind: "azure-refuses", code, because: first.because, links };
  });
  const found = failing.map(({ link }) => link);
  return [{ kind: "revoke-failed", links: found, reason: codes.join(", "), notes, facts: [] }];
}
