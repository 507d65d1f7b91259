import { describe, expect, it } from "vitest";
import { chain, type LedgerFact, type LedgerRecord } from "../../../../src/core/domain/ledger/ledger.ts";
import { canonicalJson } from "../../../../src/core/domain/hash.ts";
import {
  beginCheck,
  checkSoFar,
  endCheck,
  takeRecord,
  verifyLedger,
} from "../../../../src/core/domain/ledger/verify-ledger.ts";
import { at } from "../../../memory/clock.ts";
import { aChain } from "../../../memory/ledgers.ts";

const facts = aChain(6);
const last = facts[5];
if (!last) throw new Error("six facts were made");
const head = { seq: last.seq + 1, hash: last.hash };

const { at: when, kind, links, actor, data } = last;
const added = chain({ at: when, kind, links, actor, data }, { seq: 9, policyHash: "p", prevHash: last.hash });

const broken = (
  records: readonly LedgerRecord[],
  expectation: Parameters<typeof verifyLedger>[1] = { head },
) => {
  const verification = verifyLedger(records, expectation);
  return verification.ok
    ? "holds"
    : `${verification.reason} at ${verification.seq} after ${verification.count}`;
};

const replaced = (index: number, changes: Partial<LedgerFact>): readonly LedgerFact[] =>
  facts.map((fact, place) => (place === index ? { ...fact, ...changes } : fact));

const swapped = (first: number, second: number): readonly LedgerFact[] =>
  facts.map(
    (fact, place) => (place === first ? facts[second] : place === second ? facts[first] : fact) ?? fact,
  );

/** What somebody does who knows how hashes are made: the altered fact and all after it get new ones. */
function rewritten(from: number): readonly LedgerFact[] {
  let prevHash = facts[from - 1]?.hash ?? "";
  return facts.map((fact, place) => {
    if (place < from) return fact;
    const { at: when, kind, links, actor, seq, policyHash } = fact;
    const forged = chain(
      { at: when, kind, links, actor, data: { note: "nothing happened" } },
      { seq, policyHash, prevHash },
    );
    prevHash = forged.hash;
    return forged;
  });
}

describe("A fact", () => {
  it("carries the SHA-256 of the hash before it and its own canonical JSON", () => {
    const fact = chain(
      {
        at: at("2026-11-21T08:00:00Z"),
        kind: "link-seen",
        links: [],
        actor: undefined,
        data: { b: "é\n🔥", a: 1, none: undefined },
      },
      { seq: 1, policyHash: "p", prevHash: "" },
    );
    /** Python 3: hashlib.sha256('{"at":…}'.encode()).hexdigest() */
    expect(fact.hash).toBe("7ad20ce9c4363b8b2b8bccdfbcafeef46f1662bfd88b8226a584094554441dd6");
    expect(fact.prevHash).toBe("");
  });

  it("is written the same however its fields are ordered", () => {
    expect(canonicalJson({ b: [1, { d: 1e21, c: 0.1 }], a: "\u2028\u0007/" })).toBe(
      '{"a":"\u2028\\u0007/","b":[1,{"c":0.1,"d":1e+21}]}',
    );
  });

  it("with half an emoji in a name is written, with the replacement character", () => {
    const fact = chain(
      {
        at: at("2026-11-21T08:00:00Z"),
        kind: "link-seen",
        links: [],
        actor: undefined,
        data: { note: "broken \uD83D end" },
      },
      { seq: 1, policyHash: "p", prevHash: "" },
    );
    expect(fact.data).toStrictEqual({ note: "broken \uFFFD end" });
    expect(verifyLedger([fact])).toMatchObject({ ok: true });
  });
});

describe("A ledger", () => {
  it("as it was written holds, numbers that went to alerts included", () => {
    expect(facts.map(({ seq }) => seq)).toStrictEqual([1, 2, 4, 5, 7, 8]);
    expect(verifyLedger(facts, { head })).toStrictEqual({
      ok: true,
      count: 6,
      last: { seq: 8, hash: last.hash },
      unheard: 0,
    });
  });

  it("without facts holds, if nobody saw any", () => {
    expect(verifyLedger([], { head: { seq: 0, hash: "" } })).toMatchObject({ ok: true, count: 0 });
    expect(broken([])).toBe("truncated at 0 after 0");
  });

  it("that is only a head of no facts holds while alerts take numbers", () => {
    expect(verifyLedger([], { head: { seq: 5, hash: "" } })).toMatchObject({ ok: true });
  });

  it.each([
    ["an altered moment", replaced(2, { at: at("2026-11-20T00:00:00Z") }), "wrong-hash at 4 after 2"],
    ["an altered kind", replaced(0, { kind: "link-closed" }), "wrong-hash at 1 after 0"],
    ["an altered actor", replaced(3, { actor: undefined }), "wrong-hash at 5 after 3"],
    ["an altered link", replaced(4, { links: [] }), "wrong-hash at 7 after 4"],
    ["altered data", replaced(5, { data: { note: "nothing happened" } }), "wrong-hash at 8 after 5"],
    ["an altered policy hash", replaced(1, { policyHash: "q".repeat(64) }), "wrong-hash at 2 after 1"],
    ["an altered hash", replaced(2, { hash: "0".repeat(64) }), "wrong-hash at 4 after 2"],
    ["an altered previous hash", replaced(2, { prevHash: "0".repeat(64) }), "wrong-previous at 4 after 2"],
    ["text that no JSON can hold", replaced(2, { data: { note: "\uD83D" } }), "wrong-hash at 4 after 2"],
    ["its first fact dropped", facts.slice(1), "wrong-previous at 2 after 0"],
    ["a fact dropped from its middle", facts.toSpliced(3, 1), "wrong-previous at 7 after 3"],
    ["its last fact dropped", facts.slice(0, -1), "truncated at 7 after 5"],
    ["its last three facts dropped", facts.slice(0, 3), "truncated at 4 after 3"],
    ["all its facts dropped", [], "truncated at 0 after 0"],
    ["a fact repeated", facts.toSpliced(3, 0, ...facts.slice(2, 3)), "out-of-order at 4 after 3"],
    [
      "a fact of another ledger inserted",
      facts.toSpliced(2, 0, { ...(aChain(1)[0] ?? last), seq: 3 }),
      "wrong-previous at 3 after 2",
    ],
    ["neighbours swapped", swapped(2, 3), "wrong-previous at 5 after 2"],
    ["its ends swapped", swapped(0, 5), "wrong-previous at 8 after 0"],
    ["a number changed", replaced(2, { seq: 3 }), "wrong-hash at 3 after 2"],
    [
      "a row that is no fact",
      facts.toSpliced(3, 1, { seq: 5, unreadable: "does not hold JSON" } as never),
      "unreadable at 5 after 3",
    ],
    ["a fact that fits, added at its end", [...facts, added], "truncated at 9 after 7"],
    ["its end written anew", rewritten(3), "truncated at 8 after 6"],
    ["everything written anew", rewritten(0), "truncated at 8 after 6"],
  ])("with %s is broken", (_, records, found) => {
    expect(broken(records)).toBe(found);
  });

  it("written anew as a whole holds for who has no witness", () => {
    expect(verifyLedger(rewritten(0))).toMatchObject({ ok: true, count: 6 });
  });

  it("may go on behind its head: somebody committed meanwhile", () => {
    expect(verifyLedger(facts, { head: { seq: 3, hash: facts[1]?.hash ?? "" } })).toMatchObject({
      ok: true,
      count: 6,
    });
    expect(broken(facts, { head: { seq: 4, hash: facts[1]?.hash ?? "" } })).toBe("truncated at 4 after 3");
  });

  it("says in words what is broken", () => {
    const why = (records: readonly LedgerRecord[]) => {
      const verification = verifyLedger(records, { head });
      return verification.ok ? "" : verification.why;
    };
    expect(why(facts.slice(1))).toBe("Fact 2 is not the first of its chain: everything before it is missing");
    expect(why(facts.toSpliced(3, 1))).toBe(
      "Fact 7 does not follow fact 4: a fact between them is missing, or fact 4 was written anew",
    );
    expect(why(facts.slice(0, 3))).toBe(
      "The newest fact there is 4, and it is not the one that the head saw (up to number 9): facts were dropped from the end, or the chain was written anew",
    );
  });
});

describe("A part of a ledger", () => {
  const from = { seq: 3, hash: facts[1]?.hash ?? "" };

  it("holds where it follows what is said to be before it", () => {
    expect(verifyLedger(facts.slice(2), { from, head })).toMatchObject({ ok: true, count: 4 });
    expect(broken(facts.slice(3), { from, head })).toBe("wrong-previous at 5 after 0");
    expect(broken(facts, { from, head })).toBe("out-of-order at 1 after 0");
  });

  it("of no facts ends where it begins", () => {
    expect(verifyLedger([], { from, head: { seq: 3, hash: from.hash } })).toMatchObject({
      ok: true,
      last: from,
    });
  });

  it("that begins anywhere is believed its first previous hash, and nothing after it", () => {
    expect(verifyLedger(facts.slice(3), { from: "anywhere", head })).toMatchObject({ ok: true, count: 3 });
    expect(broken(facts.slice(3).toSpliced(1, 1), { from: "anywhere", head })).toBe(
      "wrong-previous at 8 after 1",
    );
  });

  it("says how many witnesses saw only what lies before it", () => {
    const witness = { seq: 2, hash: "whatever", by: "an old anchor" };
    const check = facts.slice(3).reduce(takeRecord, beginCheck("anywhere", [witness]));
    expect(endCheck(check)).toMatchObject({ ok: true, unheard: 1 });
    expect(endCheck(facts.slice(2).reduce(takeRecord, beginCheck(from, [witness])))).toMatchObject({
      ok: true,
      unheard: 1,
    });
  });

  it("is not asked for its end while more may follow", () => {
    const check = facts
      .slice(0, 3)
      .reduce(takeRecord, beginCheck(undefined, [{ ...head, by: "the host row" }]));
    expect(checkSoFar(check)).toMatchObject({ ok: true, count: 3 });
    expect(endCheck(check)).toMatchObject({ ok: false, reason: "truncated" });
  });
});
