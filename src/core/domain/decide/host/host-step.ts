import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf, type AlertKind } from "../../alerts/alert-kinds.ts";
import type { KeptFromUs } from "../../alerts/note.ts";
import { attribute } from "../../attribution/attribution.ts";
import type { Signal } from "../../attribution/signal.ts";
import type { Fact } from "../../ledger/ledger.ts";
import { matchEntries } from "../../links/entries.ts";
import { noLinks, type LinkListing } from "../../links/link.ts";
import type { Unreadable } from "../../links/observation.ts";
import type { HostState } from "../../state/watched.ts";
import { after, isoDay, minutes, seconds, type Instant } from "../../time.ts";
import { concat, noStep, signalsOf, type Situation, type Step } from "../situation.ts";

/** How long a bastion may stay unreadable for a passing reason before people are told. */
const unreadablePatience = minutes(10);

/**
 * What the bastion itself has to tell, beside its links: it cannot be read, or only in part, it can again, it is gone, its feature was switched, few
 * more links fit. A passing failure is told after ten minutes and asked about again sooner; one that needs a person, at once. `leftOver`:
 * creates that no link is known for.
 */
export function hostStep(situation: Situation, leftOver: readonly Unexplained[]): Step {
  const { observation } = situation;
  if (observation.kind === "not-looked") return noStep;
  if (observation.kind === "listed")
    return concat([
      observation.listing.complete
        ? readableAgain(situation)
        : readPartly(situation, observation.listing, keptBy(situation, leftOver)),
      featureSwitched(situation, observation.featureOn),
      nearlyFull(situation, observation.listing),
    ]);
  const { answer } = observation;
  return answer.kind === "gone"
    ? deleted(situation)
    : unreadable(situation, answer, keptBy(situation, leftOver));
}

/** What has kept the links from being read until now, if it is the same now: nothing at all, or not all of them. */
export const lastingTrouble = ({ unreadable }: HostState, partly: boolean): HostState["unreadable"] =>
  unreadable?.partly === partly ? unreadable : undefined;

function unreadable({ host, now }: Situation, answer: Unreadable, kept: KeptFromUs | undefined): Step {
  const before = lastingTrouble(host, false);
  const lasted = now - (before?.since ?? now);
  const isPassing = "retryAfter" in answer;
  const isTimeToTell = isNews(before, kept) && (!isPassing || lasted >= unreadablePatience);
  return {
    ...noStep,
    looks: isPassing ? [after(now, waitFor(answer, lasted))] : [],
    facts: before ? [] : [hostFact("bastion-unreadable", now, { why: answer.why })],
    alerts: isTimeToTell
      ? [
          hostAlert("unreadable", now, {
            ...loudness(kept),
            notes: [{ kind: "unreadable", why: answer.why, kept }],
          }),
        ]
      : [],
  };
}

/** What is listed is watched and revoked; what a page that never arrives holds is not, and people have to know. */
function readPartly({ host, now }: Situation, { problems }: LinkListing, kept: KeptFromUs | undefined): Step {
  const before = lastingTrouble(host, true);
  const lasted = now - (before?.since ?? now);
  const why = problems[0] ?? "";
  return {
    ...noStep,
    looks: [after(now, waitFor({}, lasted))],
    facts: before ? [] : [hostFact("bastion-read-partly", now, { why })],
    alerts:
      isNews(before, kept) && lasted >= unreadablePatience
        ? [
            hostAlert("read-partly", now, {
              ...loudness(kept),
              notes: [{ kind: "read-partly", since: before?.since ?? now, why, kept }],
            }),
          ]
        : [],
  };
}

/** Nobody was told yet, or not how bad it is. */
const isNews = (before: HostState["unreadable"], kept: KeptFromUs | undefined): boolean =>
  before?.told !== true || (kept !== undefined && !before.toldLoud);

const loudness = (kept: KeptFromUs | undefined): Pick<AlertDraft, "severity"> | undefined =>
  kept && { severity: "high" };

/** A create, as far as it matters here. */
interface Unexplained {
  readonly signal: Signal;
}

/** How long what somebody created may go without a look. */
const createPatience = minutes(10);

/** What cannot be revoked or looked into because the list does not show it; undefined where there is nothing of the kind. */
function keptBy(
  { watched, observation, now }: Situation,
  leftOver: readonly Unexplained[],
): KeptFromUs | undefined {
  const listed = observation.kind === "listed" ? observation.listing : noLinks;
  const { entryOf } = matchEntries(listed, watched.links, now);
  const unseen = watched.links.filter(({ linkId }) => !entryOf.has(linkId));
  const forbidden = unseen.filter(({ allowed }) => !allowed).length;
  const due = unseen.filter(({ allowed, deadline }) => allowed && deadline <= now).length;
  const waiting = leftOver.filter(({ signal }) => now >= after(signal.receivedAt, createPatience)).length;
  return forbidden + due + waiting > 0 ? { forbidden, due, creates: waiting } : undefined;
}

/** So many links a bastion can have; Azure makes no more. */
const mostLinks = 500;
const nearlyAll = 450;

/** Once a day from 450 links on: whoever fills a bastion keeps others from what they need, or hides something among them. */
function nearlyFull({ host, now }: Situation, { links, holes }: LinkListing): Step {
  const listed = links.length + holes.length;
  if (listed < nearlyAll || host.fullToldFor === isoDay(now)) return noStep;
  return {
    ...noStep,
    facts: [hostFact("bastion-nearly-full", now, { links: listed })],
    alerts: [
      hostAlert("nearly-full", now, { notes: [{ kind: "room", links: listed, left: mostLinks - listed }] }),
    ],
  };
}

/** Azure's own Retry-After, or as long again as it has lasted already, between five seconds and five minutes. */
const waitFor = (answer: { readonly retryAfter?: number | undefined }, lasted: number): number =>
  Math.max(answer.retryAfter ?? Math.min(Math.max(lasted, seconds(5)), minutes(5)), seconds(2));

/** What comes back under the name of a bastion that was deleted is another one. */
const readableAgain = ({ host: { unreadable: before }, now }: Situation): Step => ({
  ...noStep,
  facts: before ? [hostFact("bastion-readable", now, { wasPartly: before.partly })] : [],
  alerts: before?.told === true ? [hostAlert(before.gone ? "bastion-again" : "readable-again", now)] : [],
});

function featureSwitched(situation: Situation, featureOn: boolean | undefined): Step {
  const { host, now } = situation;
  if (featureOn === undefined || featureOn === host.featureOn) return noStep;
  const changed = hostFact("feature-changed", now, { enableShareableLink: featureOn });
  const alert = hostAlert(featureOn ? "feature-on" : "feature-off", now, reportedBy("host-write", situation));
  return { ...noStep, facts: [changed], alerts: host.featureOn === undefined ? [] : [alert] };
}

/** Told once, and again only while it takes links with it. */
const deleted = (situation: Situation): Step =>
  situation.host.unreadable?.gone === true && situation.watched.links.length === 0
    ? noStep
    : {
        ...noStep,
        facts: [hostFact("bastion-deleted", situation.now, {})],
        alerts: [
          {
            ...hostAlert("bastion-deleted", situation.now, reportedBy("host-delete", situation)),
            ...(situation.watched.links.length > 0 && { links: situation.watched.links }),
          },
        ],
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
  more: Partial<Pick<AlertDraft, "actors" | "notes" | "severity">> = {},
): AlertDraft => ({ kind, severity: traitsOf(kind).severity, at, ...more });
