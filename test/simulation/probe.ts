/**
 * Answers on its last line, as JSON, the first promise that is found broken; `mutate.ts` runs it on programs that are broken on purpose.
 * With `--against <mutation>` only the adversary's histories in which something is tried that the decision answers that the mutation takes away.
 */
import { parseArgs } from "node:util";
import {
  askers,
  betweenScopes,
  channelBack,
  cutOff,
  fullBreaker,
  lateNames,
  oddAzure,
  oneOfEverything,
  owners,
  ownTime,
  ownTimeAllowed,
  refused,
  ruleEnds,
  secondThoughts,
  slowAzure,
  spentLifetime,
  storm,
  switchedOff,
  together,
  unheard,
  untagged,
} from "./canonical.ts";
import { seedOfToday } from "../fast-check.ts";
import { movesAgainst } from "./adversary/decisions.ts";
import { nothingTried } from "./adversary/tried.ts";
import { checkHistories, type Failure } from "./check-histories.ts";
import type { Fault } from "./faults.ts";
import { foundHistories } from "./found.ts";
import { fuzz } from "./fuzz.ts";
import { run, type History } from "./histories.ts";
import { violationsOf } from "./invariants.ts";

/** What was broken, and where it showed. */
export interface Finding {
  readonly promise: string;
  readonly evidence: string;
  readonly by:
    | "one history"
    | "a crash at a single call"
    | "random histories"
    | "the adversary's histories"
    | "garbage"
    | "";
}

async function firstFinding(): Promise<Finding | undefined> {
  for (const history of [
    ...[oneOfEverything, secondThoughts, slowAzure, oddAzure, owners, storm],
    ...[refused, untagged, betweenScopes, spentLifetime, fullBreaker, switchedOff, ruleEnds],
    ...[lateNames, ownTime, ownTimeAllowed, together, unheard, askers, channelBack],
  ]) {
    const found = await lived(history);
    if (found) return { ...found, by: "one history" };
  }
  for (const [, history] of foundHistories) {
    const [found] = violationsOf(await run(history));
    if (found) return { ...found, by: "one history" };
  }
  const unread = await lived(cutOff, undefined, true);
  if (unread) return { ...unread, by: "one history" };
  return (
    (await withWitness()) ??
    (await atEveryCall(oneOfEverything, 400)) ??
    (await atEveryCall(storm, 45)) ??
    (await atRandom()) ??
    (await byGarbage())
  );
}

async function lived(
  history: History,
  at?: { readonly call: number; readonly fault: Fault },
  witness = false,
) {
  const [violation] = violationsOf(await run(history, { faults: { rate: 0, at }, witness }));
  return violation;
}

async function atEveryCall(history: History, most: number, witness = false): Promise<Finding | undefined> {
  const { truth } = await run(history, { witness });
  for (let call = 1; call <= Math.min(most, truth.counts.calls); call += 1) {
    for (const fault of ["die before", "die after", "stall"] as const) {
      const found = await lived(history, { call, fault });
      if (found) return { ...found, by: "a crash at a single call" };
    }
  }
  return undefined;
}

async function atRandom(): Promise<Finding | undefined> {
  return foundIn(await checkHistories({ seed: seedOfToday, histories: 1_500, isShrunk: false }));
}

async function withWitness(): Promise<Finding | undefined> {
  const variant = () => ({ witness: true });
  return foundIn(await checkHistories({ seed: seedOfToday + 5, histories: 150, isShrunk: false, variant }));
}

async function byAdversary(mutation: string): Promise<Finding | undefined> {
  const about = { moves: movesAgainst(mutation), adversary: nothingTried(), isShrunk: false };
  const failure = await checkHistories({ seed: seedOfToday + 3, histories: 1_000, ...about });
  return foundIn(failure, "the adversary's histories");
}

function foundIn(failure: Failure | undefined, by: Finding["by"] = "random histories"): Finding | undefined {
  if (!failure) return undefined;
  const [promise = "?", ...rest] = (failure.violations[0] ?? "").split(": ");
  return { promise, evidence: rest.join(": "), by };
}

async function byGarbage(): Promise<Finding | undefined> {
  const { problems } = await fuzz({ seed: seedOfToday, cases: 10_000 });
  const [problem] = problems;
  if (problem === undefined) return undefined;
  return {
    promise: problem.includes("secret") ? "P8" : "P11",
    evidence: problem.slice(0, 200),
    by: "garbage",
  };
}

const { against } = parseArgs({ options: { against: { type: "string" } } }).values;

async function finding(): Promise<Finding | undefined> {
  try {
    return against === undefined ? await firstFinding() : await byAdversary(against);
  } catch (error) {
    return { promise: "?", evidence: `the probe itself failed: ${String(error)}`, by: "one history" };
  }
}

process.stdout.write(`${JSON.stringify((await finding()) ?? null)}\n`);
process.exit(0);
