import { fc } from "../fast-check.ts";
import { histories, run, type History, type Outcome, type Variant } from "./histories.ts";
import { violationsOf } from "./invariants.ts";
import type { Counts } from "./truth.ts";

/** What all histories together came to. */
export interface Totals {
  histories: number;
  calls: number;
  crashes: number;
  failures: number;
  conflicts: number;
  poisoned: number;
  eventsEmitted: number;
  eventsLost: number;
  eventsDuplicated: number;
  eventsLate: number;
  linksCreated: number;
  linksAlerted: number;
  linksRevoked: number;
  alertsAccepted: number;
  ordersObeyed: number;
  violations: number;
}

export const noTotals = (): Totals => ({
  ...{ histories: 0, calls: 0, crashes: 0, failures: 0, conflicts: 0, poisoned: 0 },
  ...{ eventsEmitted: 0, eventsLost: 0, eventsDuplicated: 0, eventsLate: 0 },
  ...{ linksCreated: 0, linksAlerted: 0, linksRevoked: 0, alertsAccepted: 0, ordersObeyed: 0, violations: 0 },
});

function addTo(totals: Totals, { truth }: Outcome): void {
  const facts = truth.commits.flatMap(({ commit }) => commit.facts);
  totals.histories += 1;
  for (const [name, count] of Object.entries(truth.counts) as [keyof Counts, number][]) totals[name] += count;
  totals.linksCreated += truth.links.length;
  totals.linksAlerted += facts
    .filter(({ kind }) => kind === "link-announced")
    .flatMap(({ links }) => links).length;
  totals.linksRevoked += truth.links.filter(({ spans }) => spans.some(({ by }) => by === "us")).length;
  totals.ordersObeyed += facts.filter(({ kind }) =>
    ["link-extended", "revoke-demanded", "breaker-released"].includes(kind),
  ).length;
  totals.alertsAccepted += truth.sends.filter(({ isTaken }) => isTaken).length;
}

export interface Checking {
  readonly seed: number;
  readonly histories: number;
  readonly mostSteps?: number;
  /** Each history in surroundings of its own. */
  readonly variant?: ((history: History) => Promise<Variant> | Variant) | undefined;
  readonly totals?: Totals;
  /** Whether a failure is made as small as it can be; takes a while. */
  readonly isShrunk?: boolean;
}

/** The shrunk history that breaks a promise, and how. */
export interface Failure {
  readonly seed: number;
  readonly path: string | null;
  readonly history: History | undefined;
  readonly violations: readonly string[];
}

/** Lives through many histories; answers the first that breaks a promise, as small as it can be made. */
export async function checkHistories({
  seed,
  histories: count,
  mostSteps,
  variant,
  totals,
  isShrunk = true,
}: Checking): Promise<Failure | undefined> {
  let last: readonly string[] = [];
  let isShrinking = false;
  const property = fc.asyncProperty(histories(mostSteps), async (history) => {
    const outcome = await run(history, await variant?.(history));
    const violations = violationsOf(outcome).map(({ promise, evidence }) => `${promise}: ${evidence}`);
    if (totals && !isShrinking) addTo(totals, outcome);
    if (violations.length === 0) return;
    last = violations;
    if (totals && !isShrinking) totals.violations += violations.length;
    isShrinking = true;
    throw new Error(violations.join("\n"));
  });
  const details = await fc.check(property, {
    seed,
    numRuns: count,
    endOnFailure: !isShrunk,
  });
  if (!details.failed) return undefined;
  return {
    seed,
    path: details.counterexamplePath,
    history: details.counterexample?.[0],
    violations: last.slice(0, 10),
  };
}

/** A failure as text that repeats it. */
export const failureText = ({ seed, path, history, violations }: Failure): string =>
  [
    `TEST_SEED=${seed} (path ${path ?? "?"}) breaks:`,
    ...violations,
    "The shortest history that does:",
    JSON.stringify(history),
    `Repeat it: node test/simulation/soak.ts --history '${JSON.stringify(history)}'`,
  ].join("\n");
