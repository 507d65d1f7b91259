import { describe, expect, it } from "vitest";
import { burstsTold, failedSignIns } from "../../../../../src/core/domain/decide/alerts/failed-sign-ins.ts";
import {
  burstSpan,
  logQuestions,
  usageFact,
  usageNotes,
} from "../../../../../src/core/domain/decide/signals/log-questions.ts";
import { noStep, type Situation } from "../../../../../src/core/domain/decide/situation.ts";
import type { TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import type { AuditAnswer, AuditEntry } from "../../../../../src/core/domain/links/usage.ts";
import {
  after,
  hours,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aBastion, aLink, anId, vmId } from "../../../../memory/samples.ts";
import { listedOf, situation, type Given } from "../situations.ts";

const now = at("2026-11-21T12:00:00Z");
const hub = aBastion("bas-hub").id;

/** First seen so long ago, made five seconds before that, by somebody whom no log confirmed. */
const seen = (ago: Milliseconds, changes: Partial<TrackedLink> = {}): TrackedLink => {
  const firstSeenAt = after(now, -ago);
  return aLink("a", { firstSeenAt, createdAt: after(firstSeenAt, -seconds(5)), ...changes });
};

describe("What Azure's logs are asked before a decision", () => {
  const asked = (links: readonly TrackedLink[], given: Partial<Given> = {}, isSweep = false) =>
    logQuestions(situation({ now, links, ...given }), isSweep);
  const nothing = { signIns: undefined };
  const old = seen(hours(30));

  it("is nothing without links, and nothing where nobody looked", () => {
    expect(asked([], { listed: [listedOf(old)] }, true)).toStrictEqual(nothing);
    expect(asked([old], { observation: { kind: "not-looked" } }, true)).toStrictEqual(nothing);
  });

  it("is whether a link was used that is gone, over all of its life", () => {
    expect(asked([old], { listed: [] })).toStrictEqual({
      signIns: {
        bastionIds: [hub.toLowerCase()],
        vmIds: [old.vmId.toLowerCase()],
        since: after(old.createdAt, -seconds(5)),
        newest: old.createdAt,
      },
    });
  });

  it("is, once a sweep, whether somebody tries at an open one, over the last hour", () => {
    expect(asked([old]).signIns).toBeUndefined();
    expect(asked([old], {}, true).signIns?.since).toBe(after(now, -hours(1) - seconds(5)));
    expect(asked([seen(minutes(2))], {}, true).signIns?.since).toBe(after(now, -minutes(2) - seconds(10)));
    expect(burstSpan(old, situation({ now }))).toStrictEqual({
      ...{ bastionId: hub, vmId: old.vmId, from: after(now, -hours(1)), until: now },
    });
  });
});

const signIn = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ bastionId: hub, vmId: vmId("vm-staging-01"), tunnelId: undefined, startedAt: after(now, -minutes(3)) },
  ...{
    endedAt: undefined,
    failed: false,
    viaLink: true,
    userName: "root",
    ipAddress: "203.0.113.9",
    protocol: "ssh",
  },
  ...changes,
});
const read = (
  entries: readonly AuditEntry[],
  more: { readonly whole?: boolean; readonly newest?: Readonly<Record<string, Instant>> } = {},
) => ({ kind: "read", entries, whole: true, newest: { [hub.toLowerCase()]: now }, ...more }) as const;
const hearing = (signIns: AuditAnswer | undefined, given: Partial<Given> = {}): Situation => ({
  ...situation({ now, ...given }),
  logs: { signIns },
});

describe("What the ledger keeps of a link's use", () => {
  const link = seen(hours(2));
  it.each<[string, AuditAnswer | undefined, object | undefined]>([
    ["that was not asked for", undefined, undefined],
    [
      "is how often, and whether that is all",
      read([signIn({ tunnelId: "1" }), signIn({ tunnelId: "2" }), signIn({ failed: true })], {
        whole: false,
      }),
      { used: "used", sessions: 2, failedSignIns: 1, wholeLog: false },
    ],
    [
      "is until when it was not used",
      read([]),
      { used: "never used", usedThrough: "2026-11-21T11:50:00.000Z" },
    ],
    ["is why nothing is known", read([], { newest: {} }), { used: "not known", usageGap: "no-audit-log" }],
    [
      "is that its log did not go on after it was made",
      read([], { newest: { [hub.toLowerCase()]: link.createdAt } }),
      { used: "not known", usageGap: "no-newer-row" },
    ],
    ["is that nobody answered", { kind: "unread", why: "503" }, { used: "not known", usageGap: "no-answer" }],
  ])("%s", (_, answer, fact) => {
    expect(usageFact(link, hearing(answer))).toStrictEqual(fact);
  });

  it("is nothing where no workspace is configured", () => {
    expect(usageFact(link, situation({ now }))).toBeUndefined();
    expect(usageNotes([link], situation({ now }))).toStrictEqual([]);
  });
});

describe("The notes on the use of links that are gone", () => {
  it("are one a link, with the names of the first hundred", () => {
    const links = Array.from({ length: 102 }, (_, n) =>
      seen(hours(2), { linkId: anId(`l${n}`), vmId: vmId(n === 101 ? "vm-unused" : "vm-staging-01") }),
    );
    const notes = usageNotes(links, hearing(read([signIn()])));
    const figures = { kind: "used", sessions: 1, failedSignIns: 0, whole: true, viaLink: { yes: 1, no: 0 } };
    const named = {
      ...figures,
      users: { shown: ["root"], more: 0 },
      addresses: { shown: ["203.0.113.9"], more: 0 },
    };
    const none = { shown: [], more: 0 };
    const note = (usage: object) => ({ kind: "usage", vmId: vmId("vm-staging-01"), usage });
    expect(notes).toHaveLength(102);
    expect([notes[0], notes[99]]).toStrictEqual([note(named), note(named)]);
    expect(notes[100]).toStrictEqual(note({ ...figures, users: none, addresses: none }));
    expect(notes[101]).toStrictEqual({
      ...{ kind: "usage", vmId: vmId("vm-unused") },
      usage: { kind: "never used", through: after(now, -minutes(10)) },
    });
  });
});

describe("Failed sign-ins", () => {
  const five = Array.from({ length: 5 }, (_, n) =>
    signIn({
      ...{ failed: true, startedAt: after(now, -minutes(10) + seconds(n)) },
      ...{ ipAddress: `203.0.113.${n}`, userName: n === 0 ? "admin" : "root" },
    }),
  );
  const link = seen(hours(2));
  const twin = seen(hours(1), { linkId: anId("twin"), vmId: link.vmId.toUpperCase() });
  const step = (links: readonly TrackedLink[], answer: AuditAnswer | undefined, given: Partial<Given> = {}) =>
    failedSignIns(links, hearing(answer, { links, ...given }));
  const burst = {
    ...{ failedSignIns: 5, from: "2026-11-21T11:50:00.000Z", until: "2026-11-21T11:50:04.000Z" },
    ...{
      addresses: "203.0.113.0 203.0.113.1 203.0.113.2",
      moreAddresses: 2,
      users: "admin root",
      moreUsers: 0,
    },
  };

  it("in a burst are one high alert and one fact a VM, about all of its links", () => {
    const other = seen(hours(2), { linkId: anId("other"), vmId: vmId("vm-quiet") });
    const { alerts, facts, close, spent, revoke, looks } = step([link, twin, other], read(five));
    expect(alerts).toMatchObject([
      {
        kind: "failed-sign-ins",
        severity: "high",
        links: [{ linkId: link.linkId }, { linkId: twin.linkId }],
        notes: [{ kind: "failed-sign-ins", count: 5, users: { shown: ["admin", "root"], more: 0 } }],
      },
    ]);
    expect(facts).toMatchObject([
      {
        at: now,
        kind: "sign-ins-failed",
        actor: undefined,
        links: [{ linkId: link.linkId }, { linkId: twin.linkId }],
      },
    ]);
    expect(facts[0]?.data).toStrictEqual(burst);
    expect([close, spent, revoke, looks].flat()).toStrictEqual([]);
  });

  it.each<[string, readonly TrackedLink[], AuditAnswer | undefined, Partial<Given>]>([
    ["of fewer than five", [link], read(five.slice(1)), {}],
    ["before people heard of the link", [{ ...link, announced: false }], read(five), {}],
    ["that no log told of", [link], { kind: "unread", why: "503" }, {}],
    ["that nobody asked for", [link], undefined, {}],
    [
      "that were told within the hour",
      [link],
      read(five),
      { host: { toldBursts: [{ linkId: link.linkId, at: after(now, -hours(1) + 1) }] } },
    ],
  ])("%s are not told", (_, links, answer, given) => {
    expect(step(links, answer, given)).toStrictEqual(noStep);
  });

  it("are not told where no workspace is configured", () => {
    expect(failedSignIns([link], situation({ now, links: [link] }))).toStrictEqual(noStep);
  });

  it("are told again an hour later, and of another link at once", () => {
    const told = (linkId: typeof link.linkId, ago: Milliseconds) => ({ linkId, at: after(now, -ago) });
    for (const toldBursts of [[told(link.linkId, hours(1))], [told(twin.linkId, minutes(1))]])
      expect(step([link], read(five), { host: { toldBursts } }).alerts).toHaveLength(1);
  });

  it("that were told are remembered for an hour", () => {
    const before = [
      { linkId: anId("young"), at: after(now, -hours(1) + 1) },
      { linkId: anId("old"), at: after(now, -hours(1)) },
    ];
    const own = step([link], read(five));
    const theirs = step([twin], read(five)).facts;
    const others = theirs.map((fact) => ({ ...fact, kind: "link-seen" as const }));
    const remembered = burstsTold(situation({ now, host: { toldBursts: before } }), {
      ...own,
      facts: [...others, ...own.facts],
    });
    expect(remembered).toStrictEqual([{ linkId: link.linkId, at: now }, before[0]]);
  });
});
