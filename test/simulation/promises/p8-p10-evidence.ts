import { sha256 } from "../../../src/core/domain/hash.ts";
import { unexplainedIn, withFact, type ToldLinks } from "../../../src/core/domain/ledger/explained-rows.ts";
import { factHash } from "../../../src/core/domain/ledger/ledger.ts";
import { minutes } from "../../../src/core/domain/time.ts";
import { undescribed } from "../../memory/described-facts.ts";
import type { Outcome } from "../histories.ts";
import { ConnectionLost } from "../faults.ts";
import { ghost, keyOf } from "../places.ts";
import { bastionIn, broken, short, when, type Check } from "./violation.ts";

/** No token of any link in a row, a message, an alert or the log. */
export const noSecretAtRest: Check = ({ secrets, remains }) =>
  broken(
    "P8",
    secrets
      .filter((secret) => remains.text.includes(secret))
      .map((secret) => `the secret ${secret.slice(0, 6)}… is at rest`),
  );

/** A sweep that could not do its work fails visibly; one that says it is done has sent every bastion a message; trouble is told. */
export const noBastionForgotten: Check = (outcome) =>
  broken("P9", [...silentSweeps(outcome), ...untoldTrouble(outcome)]);

function silentSweeps({ truth, channels }: Outcome): readonly string[] {
  return truth.runs.flatMap(({ kind, ended, faults, sentTo, startedAt }) => {
    if (kind !== "sweep" || ended !== "done") return [];
    const known = [
      ...new Set(
        truth.commits.filter(({ at }) => at < startedAt).map(({ partition }) => bastionIn(partition)),
      ),
    ];
    const left = known.filter((bastion) => bastion.startsWith("/sub") && !sentTo.includes(bastion));
    // A policy that the evidence does not take is in its fact: `lostPolicies`.
    // What a channel did not take waits in the outbox; what cannot be read of its links is told as it was decided.
    const isMadeUpFor = (fault: string) =>
      fault.endsWith(" blob") ||
      fault.endsWith(" recall") ||
      channels.some((name) => fault.endsWith(` ${name}`));
    const hidden = faults.filter((fault) => fault.startsWith("fail") && !isMadeUpFor(fault));
    return [
      ...left.map((bastion) => `the sweep of ${when(startedAt)} is done and left ${bastion.slice(-8)} out`),
      ...hidden.map((fault) => `the sweep of ${when(startedAt)} is done in spite of "${fault}"`),
    ];
  });
}

/** A bastion that refuses us is told at once; one that stays unreadable, after ten minutes. */
function untoldTrouble({ truth, sweepInterval }: Outcome): readonly string[] {
  return truth.disturbances.flatMap(({ what, from, until, bastion }) => {
    if (!["forbidden", "failed", "busy"].includes(what) || bastion === undefined) return [];
    const patience = 2 * sweepInterval + (what === "forbidden" ? minutes(1) : minutes(16));
    const isDisturbed = truth.disturbances.some(
      (other) =>
        !["forbidden", "failed", "busy", "casing"].includes(other.what) &&
        (other.bastion ?? bastion) === bastion &&
        other.from <= from + patience &&
        other.until + 2 * sweepInterval >= from,
    );
    const isSeen = truth.lists.some(
      (list) => list.bastion === bastion && list.at > from && list.at < from + patience && list.kind === what,
    );
    if (isDisturbed || !isSeen || Math.min(until, truth.calmSince ?? until) - from < patience) return [];
    const told = truth.commits.some(
      ({ partition, commit, at }) =>
        bastionIn(partition) === bastion &&
        at <= from + patience &&
        commit.outbox.some(({ alert }) => ["unreadable", "bastion-deleted"].includes(alert.kind)),
    );
    return told ? [] : [`${bastion.slice(-8)} was ${what} from ${when(from)} for long and nobody was told`];
  });
}

/**
 * Every chain recomputes, holds what was committed, tells of every closed link, and names no policy whose text is lost; and whatever somebody does to it
 * afterwards is found.
 */
export const ledgerHolds: Check = (outcome) =>
  broken("P10", [
    ...[...brokenChains(outcome), ...alteredFacts(outcome), ...closedWithoutFacts(outcome)],
    ...lostPolicies(outcome),
    ...undescribedFacts(outcome),
    ...outcome.unfound,
    ...unexplainedRows(outcome),
  ]);

/** The nightly comparison would take such a row for somebody else's. */
function unexplainedRows({ remains }: Outcome): readonly string[] {
  return [...remains.partitions].flatMap(([partition, { links, host }]) => {
    if (host?.openBatch !== undefined) return [];
    const told = (remains.ledgers.get(partition) ?? []).reduce<ToldLinks>(withFact, new Map());
    return links.flatMap((link) => {
      const fields = unexplainedIn(link, told.get(link.linkId));
      return fields.length === 0
        ? []
        : [`no fact explains ${fields.join(", ")} of ${short(link.linkId)} in ${partition.slice(-12)}`];
    });
  });
}

function brokenChains({ remains }: Outcome): readonly string[] {
  return [...remains.ledgers].flatMap(([partition, facts]) => {
    let head = "";
    let last = 0;
    const wrong = facts.flatMap(({ prevHash, hash, ...rest }) => {
      const isWhole = prevHash === head && hash === factHash(prevHash, rest) && rest.seq > last;
      head = hash;
      last = rest.seq;
      return isWhole ? [] : [`fact ${rest.seq} of ${partition.slice(-12)} breaks the chain`];
    });
    const isHead = (remains.partitions.get(partition)?.host?.chainHead ?? "") === head;
    return isHead
      ? wrong
      : [...wrong, `the chain of ${partition.slice(-12)} does not end where its host row says`];
  });
}

function alteredFacts({ truth, remains }: Outcome): readonly string[] {
  const stored = new Map(
    [...remains.ledgers].map(([partition, facts]) => [partition, new Set(facts.map(({ hash }) => hash))]),
  );
  return truth.commits.flatMap(({ partition, commit, at }) =>
    commit.facts
      .filter(({ hash }) => !stored.get(partition)?.has(hash))
      .map(
        ({ kind, seq }) =>
          `fact ${seq} (${kind}), committed at ${when(at)}, is no longer in ${partition.slice(-12)}`,
      ),
  );
}

/** What docs/ledger.md says of each kind of fact is so. */
const undescribedFacts = ({ truth }: Outcome): readonly string[] => [
  ...new Set(truth.commits.flatMap(({ commit }) => commit.facts.flatMap((fact) => undescribed(fact) ?? []))),
];

function closedWithoutFacts({ truth, remains }: Outcome): readonly string[] {
  return truth.commits.flatMap(({ partition, commit, at }) => {
    const facts = remains.ledgers.get(partition) ?? [];
    const hasFact = (kind: string, linkId: string, life: number) =>
      facts.some(
        (fact) =>
          fact.kind === kind && fact.links.some((link) => link.linkId === linkId && link.life === life),
      );
    return commit.close.flatMap(({ link: { linkId, life } }) =>
      [["link-seen", "link-renamed"], ["link-closed"]]
        .filter((kinds) => !kinds.some((kind) => hasFact(kind, linkId, life)))
        .map(([kind]) => `link ${short(linkId)}, closed at ${when(at)}, has no fact "${kind}"`),
    );
  });
}

/** A policy's text is in its blob or, where that could not be written, in the fact that it came into force. */
function lostPolicies({ remains }: Outcome): readonly string[] {
  const changes = [...remains.ledgers.values()].flat().filter(({ kind }) => kind === "configuration-changed");
  return changes
    .filter(({ policyHash, data }) => {
      const texts = [remains.blobs.get(`policies/${policyHash}.json`), data["policyText"]];
      return !texts.some((text) => sha256(String(text)) === policyHash);
    })
    .map(({ policyHash, at }) => `the policy ${policyHash.slice(0, 8)} of ${when(at)} is kept nowhere`);
}

/** A run fails only because something was taken from it; and what is only said to be there is not remembered. */
export const nothingCrashes: Check = (outcome) =>
  broken("P11", [...crashes(outcome), ...ghostsRemembered(outcome)]);

/** Unless Azure could not say that it never was. */
function ghostsRemembered({ truth }: Outcome): readonly string[] {
  const isUnsure =
    truth.disturbances.some(({ what }) => what === "failed") ||
    truth.runs.some(({ faults }) => faults.some((fault) => fault.endsWith("get bastion")));
  const remembered = truth.commits.some(({ partition }) => bastionIn(partition) === keyOf(ghost));
  return remembered && !isUnsure ? ["a bastion that never was is remembered"] : [];
}

const crashes = ({ truth }: Outcome): readonly string[] =>
  truth.runs.flatMap(({ kind, ended, faults, error, startedAt }) => {
    if (ended !== "threw" || faults.length > 0 || error instanceof ConnectionLost) return [];
    if (kind === "sweep" || String(error).includes("Resource Graph answered 500")) return [];
    return [`a ${kind} run of ${when(startedAt)} threw by itself: ${String(error)}`];
  });
