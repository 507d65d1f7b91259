import { actorOfAll } from "../../domain/alerts/alert-actor.ts";
import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { traitsOf, type Severity } from "../../domain/alerts/alert-kinds.ts";
import type { UnheardOperation } from "../../domain/alerts/note.ts";
import { attribute } from "../../domain/attribution/attribution.ts";
import type { LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import type { WitnessState } from "../../domain/state/witness.ts";
import { after, days, type Instant } from "../../domain/time.ts";
import { plainFact } from "../store/record.ts";

/** What people are told of a subscription's witnesses, and what is remembered of that. */
export interface WitnessStep {
  readonly witness: WitnessState;
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
}

/** Of which subscription, and when. */
export interface About {
  readonly subscriptionId: string;
  readonly now: Instant;
}

/** So many operations fit a card. */
export const mostNamed = 10;
const onceIn = days(1);

/** Operations that Event Grid did not bring: one alert a day, and one more where the first of a day was not about a create and this one is. */
export function tellUnheard(
  witness: WitnessState,
  unheard: readonly LoggedOperation[],
  { subscriptionId, now }: About,
): WitnessStep {
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
  caller: signal.caller,
});

const knownIn = (actor: ReturnType<typeof actorOfAll>) =>
  actor?.kind === "known" ? actor.caller : undefined;
