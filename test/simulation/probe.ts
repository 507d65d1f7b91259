/** Answers on its last line, as JSON, the first promise that is found broken; `mutate.ts` runs it on programs that are broken on purpose. */
import {
  betweenScopes,
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
  untagged,
} from "./canonical.ts";
import { seedOfToday } from "../fast-check.ts";
import { checkHistories } from "./check-histories.ts";
import type { Fault } from "./faults.ts";
import { fuzz } from "./fuzz.ts";
import { run, type History } from "./histories.ts";
import { violationsOf } from "./invariants.ts";

/** What was broken, and where it showed. */
export interface Finding {
  readonly promise: string;
  readonly evidence: string;
  readonly by: "one history" | "a crash at a single call" | "random histories" | "garbage";
}

async function firstFinding(): Promise<Finding | undefined> {
  for (const history of [
    ...[oneOfEverything, secondThoughts, slowAzure, oddAzure, owners, storm],
    ...[refused, untagged, betweenScopes, spentLifetime, fullBreaker, switchedOff, ruleEnds],
    ...[lateNames, ownTime, ownTimeAllowed, together],
  ]) {
    const found = await lived(history);
    if (found) return { ...found, by: "one history" };
  }
  return (
    (await atEveryCall(oneOfEverything, 400)) ??
    (await atEveryCall(storm, 45)) ??
    (await atRandom()) ??
    (await byGarbage())
  );
}

async function lived(history: History, at?: { readonly call: number; readonly fault: Fault }) {
  const [violation] = violationsOf(await run(history, { faults: { rate: 0, at } }));
  return violation;
}

async function atEveryCall(history: History, most: number): Promise<Finding | undefined> {
  const { truth } = await run(history);
  for (let call = 1; call <= Math.min(most, truth.counts.calls); call += 1) {
    for (const fault of ["die before", "die after", "stall"] as const) {
      const found = await lived(history, { call, fault });
      if (found) return { ...found, by: "a crash at a single call" };
    }
  }
  return undefined;
}

async function atRandom(): Promise<Finding | undefined> {
  const failure = await checkHistories({ seed: seedOfToday, histories: 1_500, isShrunk: false });
  if (!failure) return undefined;
  const [promise = "?", ...rest] = (failure.violations[0] ?? "").split(": ");
  return { promise, evidence: rest.join(": "), by: "random histories" };
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

async function finding(): Promise<Finding | undefined> {
  try {
    return await firstFinding();
  } catch (error) {
    return { promise: "?", evidence: `the probe itself failed: ${String(error)}`, by: "one history" };
  }
}

process.stdout.write(`${JSON.stringify((await finding()) ?? null)}\n`);
process.exit(0);
