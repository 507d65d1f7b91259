import { fc } from "../fast-check.ts";
import { adversaryHistories } from "./adversary/adversary-histories.ts";
import type { MoveName } from "./adversary/moves.ts";
import { addTried, movesIn, type Tried } from "./adversary/tried.ts";
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
  messages: number;
  linksCreated: number;
  linksAlerted: number;
  linksRevoked: number;
  alertsAccepted: number;
  ordersObeyed: number;
  violations: number;
}

export const noTotals = (): Totals => ({
  ...{ histories: 0, calls: 0, messages: 0, crashes: 0, failures: 0, conflicts: 0, poisoned: 0 },
  ...{ eventsEmitted: 0, eventsLost: 0, eventsDuplicated: 0, eventsLate: 0 },
  ...{ linksCreated: 0, linksAlerted: 0, linksRevoked: 0, alertsAccepted: 0, ordersObeyed: 0, violations: 0 },
});

function addTo(totals: Totals, { truth }: Outcome, broken: number): void {
  const facts = truth.commits.flatMap(({ commit }) => commit.facts);
  totals.histories += 1;
  totals.violations += broken;
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
  /** Histories with somebody in them who wants to win; what they try is added up here. */
  readonly adversary?: Tried | undefined;
  /** Only histories in which one of these is tried. */
  readonly moves?: readonly MoveName[] | undefined;
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
  histories: runs,
  mostSteps,
  variant,
  totals,
  adversary,
  moves,
  isShrunk = true,
}: Checking): Promise<Failure | undefined> {
  let last: readonly string[] = [];
  let isShrinking = false;
  const count = (outcome: Outcome, broken: number) => {
    if (totals) addTo(totals, outcome, broken);
    if (adversary) addTried(adversary, outcome.history);
  };
  const property = fc.asyncProperty(
    adversary ? adversaryHistories : histories(mostSteps),
    async (history) => {
      if (moves && !moves.some((move) => movesIn(history).has(move))) return;
      const outcome = await run(history, await variant?.(history));
      const violations = violationsOf(outcome).map(({ promise, evidence }) => `${promise}: ${evidence}`);
      if (!isShrinking) count(outcome, violations.length);
      if (violations.length === 0) return;
      last = violations;
      isShrinking = true;
      throw new Error(violations.join("\n"));
    },
  );
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
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
