import { actorOfAll } from "../../domain/alerts/alert-actor.ts";
import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { traitsOf } from "../../domain/alerts/alert-kinds.ts";
import { candidatesOf, knownBy, type Deed } from "../../domain/attribution/attribution.ts";
import type { DeliveryChange } from "../../domain/attribution/delivery-changes.ts";
import { callerId } from "../../domain/attribution/signal.ts";
import type { WitnessState } from "../../domain/state/witness.ts";
import { plainFact } from "../store/record.ts";
import { mostNamed, type About, type WitnessStep } from "./tell.ts";

/** So many ids of changes that were told cover every overlap. */
const mostChanges = 50;
const mostTopics = 5;

/** Whoever cuts Event Grid off is named, at once and each time. Before the first read it was the deployment that made them. */
export function tellChanges(
  witness: WitnessState,
  found: { readonly changes: readonly DeliveryChange[]; readonly topics: readonly string[] },
  about: About,
): WitnessStep {
  const news = found.changes.filter(
    ({ at, eventId }) => at > witness.since && !witness.toldChanges.includes(eventId),
  );
  const told = [...news.map(({ eventId }) => eventId).reverse(), ...witness.toldChanges];
  return {
    witness: {
      ...witness,
      topics: found.topics.slice(0, mostTopics),
      toldChanges: told.slice(0, mostChanges),
    },
    facts: news.map(({ at: occurredAt, what, deed, name, caller: actor }) => {
      const data = { subscriptionId: about.subscriptionId, what, deed, name, occurredAt };
      return { ...plainFact(about.now, "delivery-changed", data), actor };
    }),
    alerts: news.length === 0 ? [] : [alertOn(news, about)],
  };
}

function alertOn(news: readonly DeliveryChange[], { subscriptionId, now }: About): AlertDraft {
  const caller = actorOfAll([attributionOf(news)]);
  return {
    kind: "delivery-changed",
    severity: traitsOf("delivery-changed").severity,
    at: now,
    actors: caller ? { caller } : {},
    notes: [
      {
        kind: "delivery-changed",
        subscriptionId,
        changes: news
          .slice(0, mostNamed)
          .map(({ what, deed, name, at, caller: who }) => ({ what, deed, name, at, caller: who })),
        more: Math.max(0, news.length - mostNamed),
      },
    ],
  };
}

/** The one caller of all, or all of them. */
function attributionOf(news: readonly DeliveryChange[]) {
  const deeds = news.map(({ eventId, at, caller }): Deed => ({
    ...{ eventId, caller, reportedAt: at, correlationId: undefined },
  }));
  const [first] = deeds;
  const callers = new Set(news.map(({ caller, eventId }) => callerId(caller, eventId)));
  return first && callers.size === 1 ? knownBy(first) : candidatesOf(deeds);
}
