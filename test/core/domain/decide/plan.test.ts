import { describe, expect, it } from "vitest";
import { commitOf, planFor, type Plan, type WriteContext } from "../../../../src/core/domain/decide/plan.ts";
import { decide } from "../../../../src/core/domain/decide/decide.ts";
import { readLinkRows, linkRowsOf, type LinkRow } from "../../../../src/core/domain/state/watched.ts";
import { partitionOf } from "../../../../src/core/domain/partition.ts";
import { after, minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aLink, aSignal } from "../../../memory/samples.ts";
import { listedOf, situation } from "./situations.ts";

const bastion = aBastion("bas-hub");
const context: WriteContext = {
  partition: partitionOf(bastion),
  bastion,
  policyHash: "p",
  awaited: [],
  alerts: {},
  channels: ["teams", "mail"],
};
const now = at("2026-11-21T08:00:20Z");
const many = (count: number) => Array.from({ length: count }, (_, n) => aLink(`link-${n}`));
const created = (count: number) =>
  situation({
    now,
    listed: many(count).map((link) => listedOf(link)),
    watched: {
      signals: [
        aSignal("create", {
          occurredAt: at("2026-11-21T08:00:02Z"),
          receivedAt: after(now, -minutes(10)),
        }),
      ],
    },
  });

describe("A commit", () => {
  it("numbers facts first and alerts after them, from the number the host had", () => {
    const { host, facts, outbox } = commitOf(decide(created(1)), context);
    expect([...facts, ...outbox].map(({ seq }) => seq)).toStrictEqual([2, 3, 4]);
    expect(host).toMatchObject({ seq: 4, chainHead: facts.at(-1)?.hash });
    expect(facts.map(({ prevHash }) => prevHash)).toStrictEqual(["", facts[0]?.hash]);
  });

  it.each`
    named                | goesTo
    ${[]}                | ${["teams", "mail"]}
    ${["mail"]}          | ${["mail"]}
    ${["mail", "pager"]} | ${["mail"]}
    ${["pager"]}         | ${["teams", "mail"]}
  `(
    "sends an alert whose rule names $named to $goesTo: a misspelt channel silences nobody",
    ({ named, goesTo }: { named: readonly string[]; goesTo: unknown }) => {
      const decision = decide({
        ...created(1),
        policy: { ...created(1).policy, rules: [{ name: "it", severity: "medium", channels: [...named] }] },
      });
      expect(Object.keys(commitOf(decision, context).outbox[0]?.deliveries ?? {})).toStrictEqual(goesTo);
    },
  );

  it("gives an alert the id that its place gives it, and no other place does", () => {
    const id = (partition: WriteContext["partition"]) =>
      commitOf(decide(created(1)), { ...context, partition }).outbox[0]?.alert.id;
    expect(id(context.partition)).toMatch(/^w[a-z2-7]{52}$/);
    expect(id(context.partition)).toBe(id(context.partition));
    expect(id(partitionOf(aBastion("bas-other")))).not.toBe(id(context.partition));
  });
});

describe.each([1, 60, 96, 97, 98, 200, 449])("A decision about %i new links", (count) => {
  let plan: Plan | undefined;
  const commitsOf = () => (plan ??= planFor(created(count), context)).commits;

  it("is written in transactions of a hundred rows at most", () => {
    const commits = commitsOf();
    for (const { put, close, spent, facts, outbox } of commits) {
      expect(
        1 + put.length + 2 * close.length + spent.length + facts.length + outbox.length,
      ).toBeLessThanOrEqual(100);
    }
  });

  it("writes every link once, and tells of all in one alert that goes with the last", () => {
    const commits = commitsOf();
    expect(new Set(commits.flatMap(({ put }) => put.map(({ linkId }) => linkId))).size).toBe(count);
    expect(commits.flatMap(({ put }) => put)).toHaveLength(count);
    expect(
      commits.map(({ outbox }) => outbox.map(({ alert }) => [alert.kind, alert.linkCount])),
    ).toStrictEqual([...commits.slice(1).map(() => []), [["created", count]]]);
  });

  it("spends signals, writes facts and counts the bastion as checked with the last only", () => {
    const commits = commitsOf();
    const unfinished = commits.slice(0, -1);
    expect(unfinished.flatMap(({ spent, facts, close }) => [...spent, ...facts, ...close])).toStrictEqual([]);
    expect(unfinished.map(({ host }) => host.checkedAt)).toStrictEqual(
      unfinished.map(() => at("2026-11-21T07:55:00Z")),
    );
    expect(commits.at(-1)).toMatchObject({
      host: { checkedAt: now, openBatch: undefined },
      spent: [{ eventId: "create" }],
    });
  });

  it("shows nothing of it before the last, and all of it after", () => {
    const commits = commitsOf();
    const rows: LinkRow[] = [];
    for (const commit of commits) {
      expect(
        readLinkRows(rows, rows.length === 0 ? undefined : commits[0]?.host.openBatch).links,
      ).toHaveLength(0);
      rows.push(...linkRowsOf({ ...commit, expected: undefined }));
    }
    expect(readLinkRows(rows, commits.at(-1)?.host.openBatch).links).toHaveLength(count);
  });
});

describe("A decision that is too large even without its link rows", () => {
  it("is written in part, and goes on a second later without having counted the bastion as checked", () => {
    const links = many(120).map((link) => ({ ...link, missingSince: at("2026-11-21T07:59:00Z") }));
    const { commits, decision } = planFor(situation({ now, links, listed: [] }), context);
    expect(decision.close.length).toBeGreaterThan(0);
    expect(decision.close.length).toBeLessThan(50);
    expect(commits.at(-1)?.host).toMatchObject({
      checkedAt: at("2026-11-21T07:55:00Z"),
      wakeAt: at("2026-11-21T08:00:21Z"),
    });
  });
});
