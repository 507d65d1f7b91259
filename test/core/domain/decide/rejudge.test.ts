import { describe, expect, it } from "vitest";
import { rejudge, withMoreTime } from "../../../../src/core/domain/decide/links/rejudge.ts";
import { decide } from "../../../../src/core/domain/decide/decide.ts";
import type { TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { idKey } from "../../../../src/core/domain/arm-id.ts";
import { isoInstant } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, jane } from "../../../memory/samples.ts";
import { situation, type Given } from "./situations.ts";

/** Made at 08:00:00.123 and announced; the policy of configuration 5 gives it eight hours, two of them after its warning. */
const link = aLink("one", { basis: { configuration: 5, creatorKnown: true, tagsKnown: true } });
const noon = at("2026-11-21T12:00:00Z");
const of = (ttl: string, more: object = {}) => ({ rules: [{ name: "one", ttl, ...more }] });
const judged = (given: Partial<Given>, changes: Partial<TrackedLink> = {}) =>
  rejudge({ ...link, ...changes }, situation({ now: noon, configuration: 5, ...given }));
const shown = ({ deadline }: Pick<TrackedLink, "deadline">) => isoInstant(deadline).slice(11, 19);

/** As one is that a rule for a tag shortened to 09:00 at 08:30, with notice until 10:30. */
const unknownBefore = { ...link.basis, creatorKnown: false };
const shortened = { deadline: at("2026-11-21T10:30:00Z"), judgedDeadline: at("2026-11-21T09:00:00Z") };

describe("An announced deadline", () => {
  it.each`
    ttl              | configuration | changes                                     | deadline
    ${of("PT8H")}    | ${5}          | ${{}}                                       | ${"16:00:00"}
    ${of("PT9H")}    | ${5}          | ${{}}                                       | ${"16:00:00"}
    ${of("PT9H")}    | ${6}          | ${{}}                                       | ${"17:00:00"}
    ${of("PT9H")}    | ${4}          | ${{}}                                       | ${"16:00:00"}
    ${of("PT7H")}    | ${5}          | ${{}}                                       | ${"15:00:00"}
    ${of("PT1H")}    | ${5}          | ${{}}                                       | ${"12:15:00"}
    ${of("PT1H")}    | ${5}          | ${{ noticeSpentUnder: 4 }}                  | ${"12:15:00"}
    ${of("PT1H")}    | ${5}          | ${{ noticeSpentUnder: 5 }}                  | ${"09:00:00"}
    ${of("PT1H")}    | ${6}          | ${{ noticeSpentUnder: 5 }}                  | ${"12:15:00"}
    ${of("PT8H")}    | ${5}          | ${shortened}                                | ${"10:30:00"}
    ${of("PT1H")}    | ${5}          | ${{ ...shortened, noticeSpentUnder: 5 }}    | ${"10:30:00"}
    ${of("PT8H")}    | ${6}          | ${shortened}                                | ${"16:00:00"}
    ${of("PT1H")}    | ${6}          | ${shortened}                                | ${"10:30:00"}
    ${of("PT9H")}    | ${5}          | ${{ announced: false }}                     | ${"17:00:00"}
    ${of("PT4H30M")} | ${5}          | ${{}}                                       | ${"13:07:30"}
    ${of("PT30M")}   | ${5}          | ${{ deadline: at("2026-11-21T12:10:00Z") }} | ${"12:10:00"}
  `(
    "under configuration $configuration, with $ttl and $changes, is $deadline",
    (row: { ttl: object; configuration: number; changes: Partial<TrackedLink>; deadline: string }) => {
      const { configuration } = row;
      expect(shown(judged({ policy: row.ttl, configuration }, row.changes))).toBe(row.deadline);
    },
  );

  it("is not made later by a tag that comes and goes, and not sooner than was told", () => {
    const vms = (env: string) => new Map([[idKey(link.vmId), { vmId: link.vmId, tags: { env } }]]);
    const policy = {
      rules: [
        { name: "prod", match: { tags: { env: "prod" } }, ttl: "PT1H" },
        { name: "rest", ttl: "PT8H" },
      ],
    };
    const look = (before: TrackedLink, env: string, time: string) => {
      const now = at(`2026-11-21T${time}Z`);
      const [after] = decide({
        ...situation({ now, links: [before], policy, configuration: 5 }),
        vms: vms(env),
      }).put;
      return after ?? before;
    };
    const ends = [];
    let row: TrackedLink = link;
    for (const [env, time] of [
      ["prod", "12:00:00"],
      ["test", "12:05:00"],
      ["prod", "12:10:00"],
      ["test", "12:12:00"],
    ] as const) {
      row = look(row, env, time);
      ends.push(shown(row));
    }
    expect(ends).toStrictEqual(["12:15:00", "12:15:00", "12:15:00", "12:15:00"]);
  });

  const forJane = {
    rules: [
      { name: "jane", match: { creator: jane.objectId }, ttl: "PT10H" },
      { name: "rest", ttl: "PT8H" },
    ],
  };
  it.each`
    changes                                         | deadline
    ${{ basis: unknownBefore }}                     | ${"18:00:00"}
    ${{ basis: unknownBefore, gains: ["tags"] }}    | ${"18:00:00"}
    ${{ basis: unknownBefore, gains: ["creator"] }} | ${"16:00:00"}
    ${{}}                                           | ${"16:00:00"}
  `(
    "is later once when its creator comes to be known: $changes, $deadline",
    (row: { changes: Partial<TrackedLink>; deadline: string }) => {
      expect(shown(judged({ policy: forJane }, row.changes))).toBe(row.deadline);
    },
  );

  const trusting = {
    rules: [
      { name: "long", match: { tags: { env: "lab" } }, trustTags: true, ttl: "PT10H" },
      { name: "rest", ttl: "PT8H" },
    ],
  };
  const neverTagged = { ...link.basis, tagsKnown: false };

  it.each`
    changes                                    | deadline
    ${{ basis: neverTagged }}                  | ${"18:00:00"}
    ${{ basis: neverTagged, gains: ["tags"] }} | ${"16:00:00"}
    ${{}}                                      | ${"16:00:00"}
  `(
    "is later once when its tags come to be known: $changes, $deadline",
    (row: { changes: Partial<TrackedLink>; deadline: string }) => {
      const vms = new Map([[idKey(link.vmId), { vmId: link.vmId, tags: { env: "lab" } }]]);
      const here = situation({ now: noon, configuration: 5, policy: trusting });
      expect(shown(rejudge({ ...link, ...row.changes }, { ...here, vms }))).toBe(row.deadline);
    },
  );
});

describe("A link that becomes enforced", () => {
  const observed = {
    enforced: false,
    deadline: at("2026-11-21T10:00:00Z"),
    judgedDeadline: at("2026-11-21T10:00:00Z"),
  };
  const told = { at: noon, end: observed.deadline, enforced: false };

  it.each`
    changes                                 | mode         | deadline
    ${observed}                             | ${"enforce"} | ${"12:30:00"}
    ${observed}                             | ${"observe"} | ${"10:00:00"}
    ${{ ...observed, noticeSpentUnder: 5 }} | ${"enforce"} | ${"10:00:00"}
    ${{ ...observed, enforced: true }}      | ${"enforce"} | ${"10:00:00"}
  `(
    "gets one notice period: $changes in $mode ends $deadline",
    (row: { changes: Partial<TrackedLink>; mode: "enforce" | "observe"; deadline: string }) => {
      expect(shown(judged({ policy: of("PT2H"), mode: row.mode }, row.changes))).toBe(row.deadline);
    },
  );

  it("was told that nothing would be revoked, and is told anew", () => {
    const before = { ...link, ...observed, notice: told, status: "warned" as const };
    const now = situation({ now: noon, links: [before], policy: of("PT2H"), configuration: 6 });
    const { put, alerts, revoke } = decide(now);
    expect(revoke).toStrictEqual([]);
    expect(alerts).toMatchObject([
      { kind: "deadline-moved", notes: [{ why: "configuration", enforced: 1 }] },
      { kind: "expiring", links: [{ enforced: true, deadline: at("2026-11-21T12:30:00Z") }] },
    ]);
    expect(put).toMatchObject([
      { noticeSpentUnder: 6, notice: { enforced: true, end: at("2026-11-21T12:30:00Z") } },
    ]);
  });
});

describe("More time", () => {
  const until = at("2026-11-21T14:00:00Z");
  const given = { until, by: "olga@contoso.example", objectId: "olga", why: "still at it" };
  const extended = (changes: Partial<TrackedLink>, now: Partial<Given> = {}) =>
    withMoreTime({ ...link, ...changes }, given, situation({ now: noon, configuration: 5, ...now }));

  it("reaches to the moment that was asked for, though the policy would give more", () => {
    expect(shown(extended(shortened))).toBe("14:00:00");
  });

  it("lapses when whoever gave it turns out to be the creator: back to the end before, with notice", () => {
    const byJane = { ...given, by: String(jane.userPrincipalName), objectId: String(jane.objectId) };
    const nobody = { kind: "unknown", searched: "creation" } as const;
    const before = withMoreTime(
      { ...link, ...shortened, attribution: nobody, basis: unknownBefore },
      byJane,
      situation({ now: at("2026-11-21T10:00:00Z"), configuration: 5 }),
    );
    expect(shown(before)).toBe("14:00:00");
    const lapsed = { ...before, attribution: link.attribution };
    expect(shown(rejudge(lapsed, situation({ now: at("2026-11-21T10:05:00Z"), configuration: 5 })))).toBe(
      "12:05:00",
    );
    expect(
      shown(
        rejudge(
          { ...lapsed, noticeSpentUnder: 5 },
          situation({ now: at("2026-11-21T10:05:00Z"), configuration: 5 }),
        ),
      ),
    ).toBe("10:30:00");
  });
});

describe("A warning", () => {
  const due = (changes: Partial<TrackedLink>, now: string, configuration = 5) =>
    decide(situation({ now: at(now), links: [{ ...link, ...changes }], configuration }));

  it.each`
    now                       | changes                    | deadline
    ${"2026-11-21T14:59:59Z"} | ${{}}                      | ${"16:00:00"}
    ${"2026-11-21T15:00:01Z"} | ${{}}                      | ${"17:00:01"}
    ${"2026-11-21T15:00:01Z"} | ${{ noticeSpentUnder: 4 }} | ${"17:00:01"}
    ${"2026-11-21T15:00:01Z"} | ${{ noticeSpentUnder: 5 }} | ${"16:00:00"}
  `(
    "at $now after $changes leaves until $deadline",
    (row: { now: string; changes: Partial<TrackedLink>; deadline: string }) => {
      const { put, facts } = due(row.changes, row.now);
      expect(put.map(shown)).toStrictEqual([row.deadline]);
      expect(facts).toMatchObject([{ kind: "link-warned", links: [{ deadline: put[0]?.deadline }] }]);
    },
  );

  it("that named a later end is given again, and nothing is revoked before", () => {
    const notice = { at: noon, end: at("2026-11-21T15:00:00Z"), enforced: true };
    const before = {
      notice,
      deadline: at("2026-11-21T12:00:00Z"),
      judgedDeadline: at("2026-11-21T12:00:00Z"),
      noticeSpentUnder: 5,
    };
    const first = due(before, "2026-11-21T12:00:01Z");
    expect(first.alerts).toMatchObject([{ kind: "expiring" }]);
    expect(first.revoke).toStrictEqual([]);
    const second = decide(situation({ now: at("2026-11-21T12:00:02Z"), links: first.put, configuration: 5 }));
    expect(second.revoke).toStrictEqual([link.linkId]);
  });

  it("that could not be given in time leaves a whole period all the same", () => {
    const shorter = situation({
      now: noon,
      links: [link],
      policy: of("PT1H"),
      listed: [],
      complete: false,
      configuration: 5,
    });
    const [unseen] = decide(shorter).put;
    expect(unseen && shown(unseen)).toBe("12:15:00");
    const later = situation({
      now: at("2026-11-21T14:00:00Z"),
      links: unseen ? [unseen] : [],
      policy: of("PT1H"),
      configuration: 5,
    });
    expect(decide(later).put.map(shown)).toStrictEqual(["14:15:00"]);
  });
});
