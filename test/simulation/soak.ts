/** `node test/simulation/soak.ts --histories N [--seed S] [--fuzz M] [--adversary]`: as long as you like, with any seed, which it says; exits 1 on any broken promise. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { nothingTried } from "./adversary/tried.ts";
import { checkHistories, failureText, noTotals, type Failure } from "./check-histories.ts";
import { fuzz } from "./fuzz.ts";
import { run, type History } from "./histories.ts";
import { violationsOf } from "./invariants.ts";

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "10000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    fuzz: { type: "string", default: "100000" },
    /** Only histories with an adversary in them, and what that one tried. */
    adversary: { type: "boolean", default: false },
    /** One history as JSON: lives through it once more and says what it breaks. */
    history: { type: "string" },
  },
});

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function repeat(json: string): Promise<number> {
  const violations = violationsOf(await run(JSON.parse(json) as History));
  for (const { promise, evidence } of violations) say(`${promise}: ${evidence}`);
  say(JSON.stringify({ histories: 1, violations: violations.length }));
  return violations.length;
}

const together = 100;

async function soak(): Promise<number> {
  const [seed, wanted] = [Number(values.seed), Number(values.histories)];
  const [totals, startedAt] = [noTotals(), Date.now()];
  const tried = values.adversary ? nothingTried() : undefined;
  say(`Seed ${seed}`);
  let failure: Failure | undefined;
  for (let done = 0; done < wanted && !failure; done += together) {
    failure = await checkHistories({
      seed: seed + done,
      histories: Math.min(together, wanted - done),
      totals,
      adversary: tried,
    });
    const { histories, crashes, eventsLost, eventsDuplicated, linksCreated, linksRevoked } = totals;
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    say(
      `${seconds} s: ${histories} histories, ${crashes} crashes, ${linksCreated} links, ${linksRevoked} revoked, ${eventsLost} events lost, ${eventsDuplicated} twice`,
    );
  }
  if (failure) say(failureText(failure));
  for (const [move, count] of Object.entries(tried?.moves ?? {})) say(`${move}: in ${count} histories`);
  const fuzzed = await fuzz({ seed, cases: tried ? 0 : Number(values.fuzz), say });
  for (const problem of fuzzed.problems) say(problem);
  const violations = totals.violations + fuzzed.problems.length;
  say(
    JSON.stringify({
      ...totals,
      ...tried,
      violations,
      fuzzed: fuzzed.cases,
      seed,
      seconds: Math.round((Date.now() - startedAt) / 1_000),
    }),
  );
  return violations;
}

const violations = values.history === undefined ? await soak() : await repeat(values.history);
process.exit(violations === 0 ? 0 : 1);
