import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf, type AlertKind } from "../../alerts/alert-kinds.ts";
import { attribute } from "../../attribution/attribution.ts";
import type { Fact } from "../../ledger/ledger.ts";
import { after, minutes, seconds, type Instant } from "../../time.ts";
import { concat, noStep, signalsOf, type Situation, type Step } from "../situation.ts";

/** How long a bastion may stay unreadable for a passing reason before people are told. */
const unreadablePatience = minutes(10);

/**
 * What the bastion itself has to tell, beside its links: it cannot be read, it can again, it is gone, its feature was switched. A passing failure
 * is told after ten minutes and asked about again sooner; one that needs a person, at once.
 */
export function hostStep(situation: Situation): Step {
  const { observation } = situation;
  if (observation.kind === "not-looked") return noStep;
  if (observation.kind === "listed") return concat([readableAgain(situation), featureSwitched(situation)]);
  return observation.answer.kind === "gone" ? deleted(situation) : unreadable(situation);
}

function unreadable({ host, observation, now }: Situation): Step {
  if (observation.kind !== "unreadable") return noStep;
  const { answer } = observation;
  const lasted = now - (host.unreadable?.since ?? now);
  const isPassing = "retryAfter" in answer;
  const isTimeToTell = host.unreadable?.told !== true && (!isPassing || lasted >= unreadablePatience);
  return {
    ...noStep,
    looks: isPassing ? [after(now, waitFor(answer, lasted))] : [],
    facts: host.unreadable ? [] : [hostFact("bastion-unreadable", now, { why: answer.why })],
    alerts: isTimeToTell
      ? [hostAlert("unreadable", now, { notes: [{ kind: "unreadable", why: answer.why }] })]
      : [],
  };
}

/** Azure's own Retry-After, or as long again as it has lasted already, between five seconds and five minutes. */
const waitFor = (answer: { readonly retryAfter?: number | undefined }, lasted: number): number =>
  Math.max(answer.retryAfter ?? Math.min(Math.max(lasted, seconds(5)), minutes(5)), seconds(2));

const readableAgain = ({ host, now }: Situation): Step => ({
  ...noStep,
  facts: host.unreadable ? [hostFact("bastion-readable", now, {})] : [],
  alerts: host.unreadable?.told === true ? [hostAlert("readable-again", now)] : [],
});

function featureSwitched(situation: Situation): Step {
  const { host, observation, now } = situation;
  if (
    observation.kind !== "listed" ||
    observation.featureOn === undefined ||
    observation.featureOn === host.featureOn
  )
    return noStep;
  const changed = hostFact("feature-changed", now, { enableShareableLink: observation.featureOn });
  const alert = hostAlert(
    observation.featureOn ? "feature-on" : "feature-off",
    now,
    reportedBy("host-write", situation),
  );
  return { ...noStep, facts: [changed], alerts: host.featureOn === undefined ? [] : [alert] };
}

/** Told once, and again only while it takes links with it. */
const deleted = (situation: Situation): Step =>
  situation.host.unreadable?.gone === true && situation.watched.links.length === 0
    ? noStep
    : {
        ...noStep,
        facts: [hostFact("bastion-deleted", situation.now, {})],
        alerts: [hostAlert("bastion-deleted", situation.now, reportedBy("host-delete", situation))],
      };

const hostFact = (kind: Fact["kind"], at: Instant, data: Fact["data"]): Fact => ({
  at,
  kind,
  links: [],
  actor: undefined,
  data,
});

const reportedBy = (
  operation: "host-write" | "host-delete",
  situation: Situation,
): Pick<AlertDraft, "actors"> => {
  const caller = actorOfAll([attribute(signalsOf(situation, operation))]);
  return caller ? { actors: { caller } } : {};
};

const hostAlert = (
  kind: AlertKind,
  at: Instant,
  more: Pick<AlertDraft, "actors" | "notes"> = {},
): AlertDraft => ({ kind, severity: traitsOf(kind).severity, at, ...more });
