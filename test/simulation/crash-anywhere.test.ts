import { describe, expect, it } from "vitest";
import {
  betweenScopes,
  fullBreaker,
  oddAzure,
  oneOfEverything,
  refused,
  secondThoughts,
  slowAzure,
  ruleEnds,
  spentLifetime,
  storm,
  switchedOff,
  untagged,
} from "./canonical.ts";
import type { Fault } from "./faults.ts";
import { run, type History } from "./histories.ts";
import { violationsOf } from "./invariants.ts";

/** The calls until the history's last step; what follows are sweeps over a quiet world. */
async function callsOf(history: History): Promise<number> {
  const { truth } = await run(history);
  return truth.counts.calls;
}

async function brokenBy(history: History, call: number, fault: Fault): Promise<readonly string[]> {
  const outcome = await run(history, { faults: { rate: 0, at: { call, fault } } });
  return violationsOf(outcome).map(
    ({ promise, evidence }) => `${fault} call ${call}: ${promise} ${evidence}`,
  );
}

const faults: readonly Fault[] = ["die before", "die after", "stall"];

it.each([
  ["A slow Azure", slowAzure],
  ["An odd Azure", oddAzure],
  ["An Azure that refuses every delete", refused],
  ["A VM whose tags nobody can read any more", untagged],
  ["A bastion that leaves the scope and comes back", betweenScopes],
  ["A VM that is opened on two bastions in turn", spentLifetime],
  ["An exception that ends", ruleEnds],
  ["A breaker that is full", fullBreaker],
  ["Shareable links switched off and on", switchedOff],
])("%s breaks no promise", async (_, history) => {
  expect(violationsOf(await run(history))).toStrictEqual([]);
});

describe.each([
  {
    name: "One of everything",
    history: oneOfEverything,
    first: 1,
    calls: Infinity,
    told: [
      ...["created", "expiring", "revoked", "re-created", "deleted"],
      // The delete of that link was heard of before its create, and nobody took care of the two that are high.
      ...["deleted-unseen", "created-and-gone", "unacknowledged", "unacknowledged"],
    ],
  },
  {
    name: "Second thoughts",
    history: secondThoughts,
    first: 1,
    calls: Infinity,
    told: [
      ...["created", "expiring", "configuration-changed", "deadline-moved"],
      ...["would-revoke", "unacknowledged"],
    ],
  },
  {
    name: "A storm of 250 links",
    history: storm,
    first: 12,
    calls: 48,
    told: ["created", "expiring", "would-revoke", "unacknowledged"],
  },
])("$name", ({ history, first, calls, told }) => {
  it("is told in full when nothing goes wrong", async () => {
    const { truth } = await run(history);
    expect(truth.commits.flatMap(({ commit }) => commit.outbox.map(({ alert }) => alert.kind))).toStrictEqual(
      told,
    );
  });

  it.each(faults)("keeps every promise, %s any single call", { timeout: 300_000 }, async (fault) => {
    const last = Math.min(calls, await callsOf(history));
    const violations: string[] = [];
    for (let call = first; call <= last; call += 1)
      violations.push(...(await brokenBy(history, call, fault)));
    expect(violations).toStrictEqual([]);
    expect(last).toBeGreaterThan(40);
  });
});
