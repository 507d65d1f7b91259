import { describe, expect, it } from "vitest";
import { newWitness } from "../../../../src/core/domain/state/witness.ts";
import { after, days, hours, minutes } from "../../../../src/core/domain/time.ts";
import { readAgain, readOn } from "../../../../src/core/flows/witness/read-log.ts";
import type { ActivityLog, LogQuestion } from "../../../../src/core/ports.ts";
import { at } from "../../../memory/clock.ts";

const start = at("2026-11-21T08:00:00Z");

/** A log with so many pages a minute; what it was asked is kept. */
function logOf(pagesAMinute: number) {
  const asked: LogQuestion[] = [];
  const log: ActivityLog = {
    read: (question) => {
      asked.push(question);
      const needed = Math.max(1, Math.ceil(((question.until - question.from) / minutes(1)) * pagesAMinute));
      const complete = needed <= question.mostPages;
      const pages = Math.min(needed, question.mostPages);
      const why = complete ? undefined : `more than ${question.mostPages} pages`;
      return Promise.resolve({ kind: "read", records: [], pages, complete, why });
    },
  };
  return { log, asked };
}

/** Runs every quarter of an hour for this long: how far behind each ended. */
async function lags(pagesAMinute: number, length: number): Promise<readonly number[]> {
  const { log } = logOf(pagesAMinute);
  let witness = newWitness(start);
  const behind: number[] = [];
  for (let now = start; now < start + length; now = after(now, minutes(15))) {
    const read = await readOn(witness, { subscriptionId: "s", now, log });
    witness = read.witness;
    behind.push((now - witness.readTo) / minutes(1));
  }
  return behind;
}

describe("The Activity Log, 50 pages a run and 200 records a page,", () => {
  it.each([
    [10_000, 2],
    [13_000, 4],
    [18_000, 9],
    [22_000, 31],
  ])(
    "of %i records an hour has been caught up with after %i runs, from an hour behind",
    async (records, runs) => {
      const all = await lags(records / 200 / 60, days(1));
      expect(all.findIndex((lag) => lag === 0)).toBe(runs);
      expect(Math.max(...all.slice(runs))).toBe(0);
    },
  );

  it("of 24,000 stays as far behind as it was, and of 30,000 falls behind more and more", async () => {
    expect((await lags(2, days(1))).at(-1)).toBe(60);
    expect((await lags(2.5, days(1))).at(-1)).toBeGreaterThan(400);
  });

  it("is read with half an hour of overlap once a run, and not in each of its steps", async () => {
    const { log, asked } = logOf(0.1);
    const before = { ...newWitness(start), readTo: after(start, -hours(6)), span: hours(2) };
    await readOn(before, { subscriptionId: "s", now: start, log });
    const from = (one: LogQuestion) => (start - one.from) / minutes(1);
    const until = (one: LogQuestion) => (start - one.until) / minutes(1);
    expect(asked.map((one) => [from(one), until(one)])).toStrictEqual([
      [390, 240],
      [240, 0],
    ]);
  });

  it("is read again with the pages that are left, and where those are too few that is no failure", async () => {
    const { log } = logOf(2);
    const witness = { ...newWitness(start), readAgainTo: after(start, -hours(26)) };
    const again = (left: number) =>
      readAgain({ records: [], witness, left }, { subscriptionId: "s", now: start, log });
    expect(await again(20)).toMatchObject({ left: 0, witness: { ...witness, unread: undefined } });
    expect(await again(0)).toMatchObject({ left: 0, witness });
    const small = { ...witness, span: minutes(10) };
    const read = await readAgain(
      { records: [], witness: small, left: 20 },
      { subscriptionId: "s", now: start, log },
    );
    expect(read).toMatchObject({ left: 0, witness: { readAgainTo: after(start, -hours(26) + minutes(10)) } });
  });
});
