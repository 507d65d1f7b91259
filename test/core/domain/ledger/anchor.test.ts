import { describe, expect, it } from "vitest";
import {
  anchorJson,
  anchorName,
  anchorNumber,
  parseAnchor,
  type Anchor,
} from "../../../../src/core/domain/ledger/anchor.ts";
import { newestNumber, testimonyOf, walkAnchors } from "../../../../src/core/domain/ledger/anchor-line.ts";
import { sha256 } from "../../../../src/core/domain/hash.ts";
import type { Partition } from "../../../../src/core/domain/partition.ts";
import { after, hours, minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";

const start = at("2026-11-21T08:07:00Z");
const [a, b] = ["|a" as Partition, "|b" as Partition];
const first: Anchor = {
  number: 1,
  at: start,
  previous: "",
  all: true,
  heads: [
    { partition: b, seq: 7, hash: "bb" },
    { partition: a, seq: 3, hash: "aa" },
  ],
  firstLists: [{ subscriptionId: "s-1", since: at("2026-11-20T08:00:00Z") }],
  objections: [{ reason: "rewritten", partition: "|a", seq: 2, number: 4 }],
};
const text = `{
 "version": 2,
 "number": 1,
 "at": "2026-11-21T08:07:00.000Z",
 "previous": "",
 "all": true,
 "heads": [
  {"partition":"|a","seq":3,"hash":"aa"},
  {"partition":"|b","seq":7,"hash":"bb"}
 ],
 "firstLists": [
  {"subscriptionId":"s-1","since":"2026-11-20T08:00:00.000Z"}
 ],
 "objections": [
  {"reason":"rewritten","partition":"|a","seq":2,"number":4}
 ]
}
`;

describe("An anchor", () => {
  it("is JSON with a ledger a line, and is read back as it was written", () => {
    expect(anchorJson(first)).toBe(text);
    const sorted = { ...first, heads: [...first.heads].reverse() };
    expect(parseAnchor({ name: "anchors/1.json", text })).toStrictEqual(sorted);
  });

  it.each([
    ["anchors/1.json", 1],
    ["anchors/4711.json", 4_711],
    ["anchors/01.json", undefined],
    ["anchors/0.json", undefined],
    ["anchors/9999/12/31/23.json", undefined],
    ["anchors/1.json.bak", undefined],
    ["anchors/-1.json", undefined],
  ])("of the name %s has the number %s", (name, number) => {
    expect(anchorNumber(name)).toBe(number);
    if (number !== undefined) expect(anchorName(number)).toBe(name);
  });

  it.each([
    ["no JSON", "anchored", "is not an anchor"],
    ["something else", '{"rules":[]}', "is not an anchor"],
    ["undated", text.replace("2026-11-21T08:07:00.000Z", "yesterday"), "must be a time such as"],
    ["of another number", text.replace('"number": 1', '"number": 2'), "is anchor 2 under another name"],
    ["spelt otherwise", JSON.stringify(JSON.parse(text)), "its spelling differs"],
    ["given a name twice", text.replace(' "all"', ' "all": false,\n "all"'), "its spelling differs"],
    ["given a field more", text.replace(' "all"', ' "__proto__": {},\n "all"'), "its spelling differs"],
  ])("that is %s is refused", (_, altered, problem) => {
    const parsed = parseAnchor({ name: "anchors/1.json", text: altered });
    expect("problem" in parsed ? parsed.problem : "read").toContain(problem);
  });
});

/** Anchors an hour apart, each of which says of the ledger `a` what it is given. */
function line(...heads: readonly (number | undefined)[]) {
  const texts: string[] = [];
  heads.forEach((seq, index) => {
    const previous = index === 0 ? "" : sha256(texts[index - 1] ?? "");
    const stated = seq === undefined ? [] : [{ partition: a, seq, hash: `hash ${seq}` }];
    texts.push(
      anchorJson({
        ...first,
        number: index + 1,
        at: after(start, hours(index)),
        previous,
        all: index === 0,
        heads: stated,
        objections: [],
      }),
    );
  });
  return texts.map((written, index) => ({ name: anchorName(index + 1), text: written }));
}

const now = after(start, hours(48));
const reasons = (blobs: ReturnType<typeof line>) =>
  walkAnchors(blobs, now).objections.map(({ reason }) => reason);

describe("The line of anchors", () => {
  it("holds while each follows the one before, in whatever order they are read", () => {
    expect(walkAnchors(line(3, 5, undefined).reverse(), now)).toMatchObject({
      anchors: [{ number: 1 }, { number: 2 }, { number: 3 }],
      objections: [],
    });
  });

  it("is not asked for what comes before its first one", () => {
    expect(reasons(line(3, 5, 6).slice(1))).toStrictEqual([]);
  });

  it.each([
    ["one is missing", (blobs: ReturnType<typeof line>) => blobs.toSpliced(1, 1), ["anchor-missing"]],
    [
      "one is empty",
      (blobs: ReturnType<typeof line>) => blobs.with(1, { name: "anchors/2.json", text: "" }),
      ["no-anchor", "wrong-previous"],
    ],
    [
      "one is altered",
      (blobs: ReturnType<typeof line>) =>
        blobs.map((blob, index) =>
          index === 1 ? { ...blob, text: blob.text.replace("hash 5", "hash 6") } : blob,
        ),
      ["wrong-previous"],
    ],
    [
      "another blob lies there",
      (blobs: ReturnType<typeof line>) => [...blobs, { name: "anchors/9999/12/31/23.json", text: "" }],
      ["no-anchor"],
    ],
    [
      "one has a number that nobody could come to",
      (blobs: ReturnType<typeof line>) => [...blobs, { name: "anchors/999999999999.json", text: "" }],
      ["no-anchor"],
    ],
  ])("does not hold where %s", (_, change, found) => {
    expect(reasons(change(line(3, 5, 6)))).toStrictEqual(found);
  });

  it("does not hold where one is dated before the one it follows, or in the future", () => {
    const [one, two] = line(3, 5);
    const early = { name: "anchors/2.json", text: two?.text.replace("T09:07", "T07:07") ?? "" };
    expect(reasons(one ? [one, early] : [])).toStrictEqual(["misdated"]);
    expect(walkAnchors(line(3, 5), after(start, minutes(57))).objections).toStrictEqual([
      { reason: "misdated", number: 2 },
    ]);
  });

  it("goes on behind the newest one, and behind no number that nobody could come to", () => {
    const names = ["anchors/1.json", "anchors/9.json", "anchors/10.json", "anchors/x.json"];
    expect(newestNumber(names, now)).toBe(10);
    expect(newestNumber([...names, "anchors/999999999999.json"], now)).toBe(10);
    expect(newestNumber([], now)).toBe(0);
  });

  it("goes on even where somebody took the highest number that counts", () => {
    const most = Math.floor(now / minutes(1));
    expect(newestNumber([anchorName(most)], now)).toBe(most);
    expect(newestNumber([anchorName(most), anchorName(most + 1)], now)).toBe(most + 1);
  });
});

describe("What anchors say of a ledger", () => {
  it("is each place, from when it was seen until when it was last", () => {
    const { witnesses } = testimonyOf(walkAnchors(line(3, undefined, 5, undefined), now).anchors);
    expect(witnesses(a)).toStrictEqual([
      { seq: 3, hash: "hash 3", by: "anchor 1", from: start, until: after(start, hours(1)) },
      { seq: 5, hash: "hash 5", by: "anchor 3", from: after(start, hours(2)), until: after(start, hours(3)) },
    ]);
  });

  it("is that there was nothing, where an anchor over all does not name it", () => {
    const { witnesses } = testimonyOf(walkAnchors(line(undefined, undefined, 5), now).anchors);
    expect(witnesses(a)).toMatchObject([{ seq: 0, hash: "" }, { seq: 5 }]);
    expect(witnesses(b)).toStrictEqual([
      { seq: 0, hash: "", by: "anchor 1", from: start, until: after(start, hours(2)) },
    ]);
    expect(testimonyOf(walkAnchors(line(undefined, 5).slice(1), now).anchors).witnesses(b)).toStrictEqual([]);
  });
});
