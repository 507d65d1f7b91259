import { describe, expect, it } from "vitest";
import { fitOf, madeAt } from "../../../../src/core/domain/attribution/fit.ts";
import { match } from "../../../../src/core/domain/attribution/matching.ts";
import { at } from "../../../memory/clock.ts";

const today = (time: string) => at(`2026-11-21T${time}Z`);
const ended = { eventId: "e", reportedAt: today("08:02:00"), correlationId: undefined };

describe("An operation that ended at 08:02:00", () => {
  it.each`
    created           | began         | fit
    ${"08:00:26.999"} | ${undefined}  | ${"no"}
    ${"08:00:27.000"} | ${undefined}  | ${"far"}
    ${"08:01:41.999"} | ${undefined}  | ${"far"}
    ${"08:01:42.000"} | ${undefined}  | ${"near"}
    ${"08:02:03.000"} | ${undefined}  | ${"near"}
    ${"08:02:03.001"} | ${undefined}  | ${"no"}
    ${"08:01:17.000"} | ${"08:01:20"} | ${"near"}
    ${"08:01:16.999"} | ${"08:01:20"} | ${"no"}
    ${"08:01:56.999"} | ${"08:02:00"} | ${"no"}
  `(
    "and began at $began fits a link of $created: $fit",
    (row: Record<"created" | "fit", string> & { began?: string }) => {
      const createdAt = today(row.created);
      const made = madeAt({
        createdAt,
        createdAtSource: "azure",
        firstSeenAt: createdAt,
        absentAt: undefined,
      });
      const beganAt = row.began === undefined ? undefined : today(row.began);
      expect(fitOf({ ...ended, beganAt }, made)).toBe(row.fit);
    },
  );

  it.each`
    absent        | seen          | began         | fit
    ${undefined}  | ${"08:03:00"} | ${undefined}  | ${"near"}
    ${"08:02:08"} | ${"08:03:00"} | ${undefined}  | ${"near"}
    ${"08:02:09"} | ${"08:03:00"} | ${undefined}  | ${"no"}
    ${"08:00:00"} | ${"08:01:40"} | ${undefined}  | ${"near"}
    ${"08:00:00"} | ${"08:01:36"} | ${undefined}  | ${"far"}
    ${"08:00:00"} | ${"08:00:21"} | ${undefined}  | ${"no"}
    ${"08:00:00"} | ${"08:01:40"} | ${"08:01:45"} | ${"near"}
    ${"08:00:00"} | ${"08:01:40"} | ${"08:01:46"} | ${"no"}
  `(
    "and began at $began fits a link without a date that was first listed at $seen, and not at $absent: $fit",
    (row: Record<"seen" | "fit", string> & { absent?: string; began?: string }) => {
      const seen = today(row.seen);
      const absentAt = row.absent === undefined ? undefined : today(row.absent);
      const made = madeAt({ createdAt: seen, createdAtSource: "first-seen", firstSeenAt: seen, absentAt });
      const beganAt = row.began === undefined ? undefined : today(row.began);
      expect(fitOf({ ...ended, beganAt }, made)).toBe(row.fit);
    },
  );
});

describe("Those who want one thing of their own each", () => {
  const wanted: Readonly<Record<string, readonly string[]>> = {
    ann: ["x", "y"],
    bob: ["x"],
    cid: ["y"],
    dan: ["z"],
    eve: ["x", "z"],
  };
  const given = (...names: readonly string[]) => match(names, (name) => wanted[name] ?? []);

  it.each`
    names                           | without    | contenders
    ${["ann", "bob"]}               | ${[]}      | ${[]}
    ${["ann", "bob", "cid"]}        | ${["cid"]} | ${["cid", "ann", "bob"]}
    ${["cid", "bob", "ann", "dan"]} | ${["ann"]} | ${["ann", "bob", "cid"]}
  `(
    "$names: $without is without, and may be any of $contenders",
    (row: Record<"names" | "without" | "contenders", readonly string[]>) => {
      const { of, leftOver, contenders } = given(...row.names);
      expect(leftOver).toStrictEqual(row.without);
      expect(new Set(leftOver.flatMap(contenders))).toStrictEqual(new Set(row.contenders));
      expect(new Set(of.values()).size).toBe(of.size);
    },
  );

  it.each`
    names                    | gets
    ${["dan"]}               | ${{ dan: "z" }}
    ${["ann", "bob"]}        | ${{ ann: "y", bob: "x" }}
    ${["eve", "ann"]}        | ${{ eve: "x", ann: "y" }}
    ${["eve", "bob", "ann"]} | ${{ eve: "z", bob: "x", ann: "y" }}
  `(
    "$names get $gets: none gives up what they have for one to whom something free is left",
    ({ names, gets }: { names: readonly string[]; gets: object }) => {
      expect(Object.fromEntries(given(...names).of)).toStrictEqual(gets);
    },
  );
});
