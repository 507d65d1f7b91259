import { describe, expect, it } from "vitest";
import {
  anchorJson,
  anchorName,
  anchorOf,
  parseAnchor,
  witnessIn,
} from "../../../../src/core/domain/ledger/anchor.ts";
import type { LedgerRecord } from "../../../../src/core/domain/ledger/ledger.ts";
import { verifyLedger } from "../../../../src/core/domain/ledger/verify-ledger.ts";
import type { Partition } from "../../../../src/core/domain/partition.ts";
import { at } from "../../../memory/clock.ts";
import { aChain } from "../../../memory/ledgers.ts";

const now = at("2026-11-21T08:59:59.999Z");
const [a, b] = ["|a" as Partition, "|b" as Partition];
const heads = [
  { partition: b, seq: 7, hash: "bb" },
  { partition: a, seq: 3, hash: "aa" },
];

describe("An anchor", () => {
  it("is the SHA-256 of the canonical JSON of all heads, sorted by partition", () => {
    const anchor = anchorOf(heads, now);
    expect(anchor.heads.map(({ partition }) => partition)).toStrictEqual(["|a", "|b"]);
    expect(anchor.hash).toBe("3c8e701978e9911736c5aede1fefa398a90d94225d21ca3158d9ccb08dcebb74");
    expect(anchorOf([...heads].reverse(), now).hash).toBe(anchor.hash);
  });

  it("has one name an hour", () => {
    expect(anchorName(now)).toBe("anchors/2026/11/21/08.json");
    expect(anchorName(at("2026-11-21T09:00:00Z"))).toBe("anchors/2026/11/21/09.json");
  });

  it("is read back as it was written", () => {
    const anchor = anchorOf(heads, now);
    expect(parseAnchor(anchorJson(anchor))).toStrictEqual(anchor);
    expect(JSON.parse(anchorJson(anchor))).toMatchObject({
      version: 1,
      at: "2026-11-21T08:59:59.999Z",
      heads: [
        { partition: "|a", seq: 3, head: "aa" },
        { partition: "|b", seq: 7, head: "bb" },
      ],
    });
  });

  it.each([
    ["no JSON", "anchored", "is no anchor"],
    ["something else", '{"rules":[]}', "is no anchor"],
    [
      "undated",
      anchorJson(anchorOf(heads, now)).replace("2026-11-21T08:59:59.999Z", "yesterday"),
      "`at` is no date",
    ],
    ["altered in a head", anchorJson(anchorOf(heads, now)).replace('"aa"', '"ab"'), "was altered"],
    ["altered in a number", anchorJson(anchorOf(heads, now)).replace('"seq": 7', '"seq": 6'), "was altered"],
    [
      "altered in its hash",
      anchorJson(anchorOf(heads, now)).replace(/"hash": "../, '"hash": "00'),
      "was altered",
    ],
  ])("that is %s is refused", (_, json, problem) => {
    const parsed = parseAnchor(json);
    expect("problem" in parsed ? parsed.problem : "read").toContain(problem);
  });

  it("is a witness for the partitions it names", () => {
    expect(witnessIn(anchorOf(heads, now), a)).toStrictEqual({
      seq: 3,
      hash: "aa",
      by: "the anchor of 2026-11-21T08:59:59.999Z",
    });
    expect(witnessIn(anchorOf(heads, now), "|c" as Partition)).toBeUndefined();
  });
});

describe("Ledgers compared with an anchor", () => {
  const facts = aChain(6);
  const anchor = anchorOf(
    [
      { partition: a, seq: 6, hash: facts[3]?.hash ?? "" },
      { partition: b, seq: 0, hash: "" },
    ],
    now,
  );
  const states = (ledger: readonly LedgerRecord[] = []) =>
    [a, b].map((partition) => {
      const { ok } = verifyLedger(partition === a ? ledger : [], { head: witnessIn(anchor, partition) });
      return `${partition} ${ok ? "holds" : "broken"}`;
    });

  it("hold while every fact up to it is there, and others may follow", () => {
    expect(states(facts)).toStrictEqual(["|a holds", "|b holds"]);
    expect(states(facts.slice(0, 4))).toStrictEqual(["|a holds", "|b holds"]);
  });

  it.each([
    ["cut before it", facts.slice(0, 3)],
    ["gone", undefined],
    ["another one", aChain(6, at("2026-11-21T08:00:01Z"))],
  ])("are broken when one is %s", (_, ledger) => {
    expect(states(ledger)).toStrictEqual(["|a broken", "|b holds"]);
  });
});
