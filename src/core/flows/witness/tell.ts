import { actorOfAll } from "../../domain/alerts/alert-actor.ts";
import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { traitsOf, type Severity } from "../../domain/alerts/alert-kinds.ts";
import type { UnheardOperation } from "../../domain/alerts/note.ts";
import { attribute } from "../../domain/attribution/attribution.ts";
import type { DeliveryChange } from "../../domain/attribution/delivery-changes.ts";
import type { LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import type { WitnessState } from "../../domain/state/witness.ts";
import { after, days, hours, isoInstant, type Instant } from "../../domain/time.ts";
import { plainFact, troubleAlert } from "../store/record.ts";

/** What people are told of a subscription's witnesses, and what is remembered of that. */
export interface Telling {
  readonly witness: WitnessState;
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
}

interface About {
  readonly subscriptionId: string;
  readonly now: Instant;
}

/** So many operations fit a card. */
const mostNamed = 10;
const onceIn = days(1);
/** So far behind is no delay any more. */
const behind = { bastions: hours(1), delivery: hours(3) } as const;
/** So many ids of changes that were told cover every overlap. */
const mostChanges = 50;
const mostTopics = 5;

/** Operations that Event Grid did not bring: one alert a day, and one more where the first of a day was not about a create and this one is. */
export function tellUnheard(
  witness: WitnessState,
  unheard: readonly LoggedOperation[],
  { subscriptionId, now }: About,
): Telling {
  const at = latestOf(unheard);
  if (at === undefined) return { witness, facts: [], alerts: [] };
  const isSilent = witness.eventsSpokeAt === undefined;
  const creates = unheard.filter(({ signal }) => signal.operation === "create");
  const severity: Severity = creates.length > 0 && !isSilent ? "high" : traitsOf("events-missing").severity;
  const known = { ...witness, unheardAt: at };
  const isTold = isSilent ? witness.toldSilent : !isNews(witness.toldUnheard, severity, now);
  if (isTold) return { witness: known, facts: [], alerts: [] };
  const actor = actorOfAll([attribute(unheard.map(({ signal }) => signal))]);
  const data = { subscriptionId, operations: unheard.length, creates: creates.length };
  return {
    witness: { ...known, toldUnheard: { at: now, severity }, toldSilent: witness.toldSilent || isSilent },
    facts: [{ ...plainFact(now, "events-missing", data), actor: knownIn(actor) }],
    alerts: [
      {
        kind: "events-missing",
        severity,
        at: now,
        actors: actor ? { caller: actor } : {},
        notes: [
          {
            kind: "events-missing",
            subscriptionId,
            lastEventAt: witness.eventsSpokeAt,
            operations: createsFirst(unheard).slice(0, mostNamed).map(unheardOperation),
            more: Math.max(0, unheard.length - mostNamed),
          },
        ],
      },
    ],
  };
}

const latestOf = (operations: readonly LoggedOperation[]): Instant | undefined =>
  operations.length === 0
    ? undefined
    : (Math.max(...operations.map(({ signal }) => signal.occurredAt)) as Instant);

const isNews = (told: WitnessState["toldUnheard"], severity: Severity, now: Instant): boolean =>
  !told || now >= after(told.at, onceIn) || (severity === "high" && told.severity !== "high");

const isCreate = ({ signal }: LoggedOperation): boolean => signal.operation === "create";

const createsFirst = (operations: readonly LoggedOperation[]): readonly LoggedOperation[] => [
  ...operations.filter(isCreate),
  ...operations.filter((one) => !isCreate(one)),
];

const unheardOperation = ({ bastion, signal }: LoggedOperation): UnheardOperation => ({
  operation: signal.operation,
  bastionId: bastion.id,
  at: signal.occurredAt,
  by: callerName(signal.caller),
});

const knownIn = (actor: ReturnType<typeof actorOfAll>) =>
  actor?.kind === "known" ? actor.caller : undefined;

/** The log is not read, or lags behind: once a day as long as that lasts. A gap that Azure keeps nothing of is told when it is found. */
export function tellUnread(
  witness: WitnessState,
  before: Pick<WitnessState, "readTo">,
  { subscriptionId, now }: About,
): Telling {
  const { unread, readTo, deliveryReadTo, toldUnread } = witness;
  const lost = after(now, -days(90));
  const hasGap = before.readTo < lost;
  const isBehind = readTo < after(now, -behind.bastions) || deliveryReadTo < after(now, -behind.delivery);
  if (!hasGap && !isBehind && unread?.forbidden !== true)
    return { witness: { ...witness, toldUnread: undefined }, facts: [], alerts: [] };
  if (!hasGap && toldUnread !== undefined && now < after(toldUnread, onceIn))
    return { witness, facts: [], alerts: [] };
  const why = unread?.why ?? "It is being caught up with.";
  const gap = hasGap ? { from: before.readTo, until: lost } : undefined;
  const note = {
    kind: "log-unread",
    ...{ subscriptionId, readTo, why, gap, isForbidden: unread?.forbidden === true },
  } as const;
  const data = {
    ...{ subscriptionId, readTo: isoInstant(readTo), why },
    ...(gap && { gapFrom: isoInstant(gap.from), gapUntil: isoInstant(gap.until) }),
  };
  return {
    witness: { ...witness, toldUnread: now },
    facts: [plainFact(now, "log-unread", data)],
    alerts: [troubleAlert(now, note)],
  };
}

/** Whoever cuts Event Grid off is named, at once and each time. Before the first read it was the deployment that made them. */
export function tellChanges(
  witness: WitnessState,
  { changes, topics }: { readonly changes: readonly DeliveryChange[]; readonly topics: readonly string[] },
  { subscriptionId, now }: About,
): Telling {
  const news = changes.filter(
    ({ at, eventId }) => at > witness.since && !witness.toldChanges.includes(eventId),
  );
  const known: WitnessState = {
    ...witness,
    topics: topics.slice(0, mostTopics),
    toldChanges: [...news.map(({ eventId }) => eventId).reverse(), ...witness.toldChanges].slice(
      0,
      mostChanges,
    ),
  };
  if (news.length === 0) return { witness: known, facts: [], alerts: [] };
  const actor = actorOfAll([
    attribute(
      news.map(({ eventId, at, caller }) => ({
        ...{ eventId, caller, operation: "host-write", occurredAt: at, receivedAt: now },
        correlationId: undefined,
      })),
    ),
  ]);
  return {
    witness: known,
    facts: news.map(({ at, what, deed, name, caller }) => ({
      ...plainFact(at, "delivery-changed", { subscriptionId, what, deed, name }),
      actor: caller,
    })),
    alerts: [
      {
        kind: "delivery-changed",
        severity: traitsOf("delivery-changed").severity,
        at: now,
        actors: actor ? { caller: actor } : {},
        notes: [
          {
            kind: "delivery-changed",
            subscriptionId,
            changes: news.slice(0, mostNamed).map(({ what, deed, name, at, caller }) => ({
              ...{ what, deed, name, at },
              by: callerName(caller),
            })),
            more: Math.max(0, news.length - mostNamed),
          },
        ],
      },
    ],
  };
}
