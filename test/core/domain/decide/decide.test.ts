import { describe, expect, it } from "vitest";
import { decide, type Decision } from "../../../../src/core/domain/decide/decide.ts";
import type { Attribution } from "../../../../src/core/domain/attribution/attribution.ts";
import type { Caller, Signal } from "../../../../src/core/domain/attribution/signal.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, anId, anIntent, anOwnDelete, aSignal, jane } from "../../../memory/samples.ts";
import { listedOf, situation, type Given } from "./situations.ts";

const kinds = ({ alerts }: Decision) => alerts.map(({ kind }) => kind);
const facts = ({ facts }: Decision) => facts.map(({ kind }) => kind);
const bob: Caller = {
  ...jane,
  kind: "user",
  objectId: "33333333-0000-4000-8000-000000000008",
  userPrincipalName: "bob@contoso.example",
};
const nobody: Attribution = { kind: "unknown", searched: "creation" };

/** Made at 08:00:00.123, warned of in time, due at 16:00:00.123. */
const notice = { at: at("2026-11-21T14:00:00.123Z"), end: at("2026-11-21T16:00:00.123Z"), enforced: true };
const warned = aLink("warned", { status: "warned", notice });
const open = aLink("open");

describe("A warned link that is due at 16:00:00.123", () => {
  it.each`
    now                           | asked
    ${"2026-11-21T16:00:00.122Z"} | ${0}
    ${"2026-11-21T16:00:00.123Z"} | ${1}
    ${"2026-11-21T16:00:00.124Z"} | ${1}
  `("is asked to go $asked times at $now", ({ now, asked }: { now: string; asked: number }) => {
    const decision = decide(situation({ now: at(now), links: [warned] }));
    expect(decision.revoke).toHaveLength(asked);
    expect(facts(decision)).toStrictEqual(asked === 1 ? ["revoke-requested"] : []);
    expect(kinds(decision)).toStrictEqual([]);
  });

  const late = at("2026-11-21T20:00:00Z");
  it.each<[string, Partial<Given>]>([
    ["its announcement is not committed", { links: [{ ...warned, announced: false }] }],
    ["an incomplete list does not show it", { complete: false, listed: [] }],
    ["the list was not looked at", { observation: { kind: "not-looked" } }],
    [
      "the bastion cannot be read",
      { observation: { kind: "unreadable", answer: { kind: "busy", why: "409", retryAfter: undefined } } },
    ],
    ["WATCHDOG_MODE is observe", { mode: "observe" }],
    ["its rule observes", { policy: { rules: [{ name: "everything else", ttl: "PT8H", mode: "observe" }] } }],
    [
      "the breaker is open",
      {
        policy: { rules: [{ name: "everything else", ttl: "PT8H" }], maxRevocationsPerHour: 1 },
        host: { recentRevocations: [{ linkId: anId("other"), at: at("2026-11-21T19:00:00.001Z") }] },
      },
    ],
    [
      "it is being revoked already",
      {
        links: [
          {
            ...warned,
            status: "revoking",
            intent: anIntent({ askedAt: late, leaseUntil: at("2026-11-21T20:00:00.001Z") }),
          },
        ],
      },
    ],
    ["nobody was warned", { links: [open] }],
    ["it is not listed", { listed: [] }],
  ])("stays hours later while %s", (_, given) => {
    expect(decide(situation({ now: late, links: [warned], ...given })).revoke).toStrictEqual([]);
  });

  it("is asked to go whatever else an incomplete list lacks", () => {
    const decision = decide(situation({ now: late, links: [warned], complete: false }));
    expect(decision.revoke).toStrictEqual([warned.linkId]);
  });

  it("is told about once where nothing is enforced", () => {
    const observed = decide(situation({ now: late, links: [warned], mode: "observe" }));
    expect(observed.alerts).toMatchObject([
      { kind: "deadline-moved", links: [{ enforced: false }], severity: "medium" },
      { kind: "would-revoke", links: [{ enforced: false }], severity: "low" },
    ]);
    expect(facts(observed)).toStrictEqual(["deadline-moved", "would-revoke"]);
    expect(
      kinds(decide(situation({ now: at("2026-11-21T20:05:00Z"), links: observed.put, mode: "observe" }))),
    ).toStrictEqual([]);
  });
});

describe("The warning of a link that is due at 16:00:00.123", () => {
  it.each`
    now                           | warned   | deadline
    ${"2026-11-21T14:00:00.122Z"} | ${false} | ${"2026-11-21T16:00:00.123Z"}
    ${"2026-11-21T14:00:00.123Z"} | ${true}  | ${"2026-11-21T16:00:00.123Z"}
    ${"2026-11-21T15:00:00.123Z"} | ${true}  | ${"2026-11-21T16:00:00.123Z"}
    ${"2026-11-21T15:00:00.124Z"} | ${true}  | ${"2026-11-21T17:00:00.124Z"}
    ${"2026-11-23T08:00:00.000Z"} | ${true}  | ${"2026-11-23T10:00:00.000Z"}
  `(
    "at $now is given: $warned, and leaves it until $deadline",
    (row: { now: string; warned: boolean; deadline: string }) => {
      const decision = decide(situation({ now: at(row.now), links: [open] }));
      expect(decision.alerts.map(({ kind, links = [] }) => [kind, links[0]?.deadline])).toStrictEqual(
        row.warned ? [["expiring", at(row.deadline)]] : [],
      );
      expect(decision.put.map(({ deadline, status }) => [deadline, status])).toStrictEqual(
        row.warned ? [[at(row.deadline), "warned"]] : [],
      );
      expect(decision.revoke).toStrictEqual([]);
    },
  );

  it("is what the next look waits for", () => {
    expect(decide(situation({ now: at("2026-11-21T09:00:00Z"), links: [open] })).host.wakeAt).toBe(
      at("2026-11-21T14:00:00.123Z"),
    );
    expect(decide(situation({ now: at("2026-11-21T15:00:00Z"), links: [warned] })).host.wakeAt).toBe(
      at("2026-11-21T16:00:00.123Z"),
    );
  });
});

describe("A link that Azure lists for the first time at 09:00", () => {
  const now = at("2026-11-21T09:00:00Z");
  const seenWith = (createdAt: string | undefined, changes: Partial<Given> = {}) =>
    decide(situation({ now, listed: [listedOf(open, createdAt)], ...changes })).put[0];

  it.each`
    createdAt                      | source          | deadline
    ${"2026-11-21T08:00:00.1239Z"} | ${"azure"}      | ${"2026-11-21T16:00:00.123Z"}
    ${"11/21/2026 08:00:00"}       | ${"azure"}      | ${"2026-11-21T16:00:00.000Z"}
    ${"2026-11-21T02:59:59Z"}      | ${"azure"}      | ${"2026-11-21T11:00:00.000Z"}
    ${"2019-01-01T00:00:00Z"}      | ${"azure"}      | ${"2026-11-21T11:00:00.000Z"}
    ${"2018-12-31T23:59:59.999Z"}  | ${"first-seen"} | ${"2026-11-21T17:00:00.000Z"}
    ${"0001-01-01T00:00:00"}       | ${"first-seen"} | ${"2026-11-21T17:00:00.000Z"}
    ${"2026-11-21T09:00:00.000Z"}  | ${"azure"}      | ${"2026-11-21T17:00:00.000Z"}
    ${"2026-11-21T09:00:05.001Z"}  | ${"first-seen"} | ${"2026-11-21T17:00:00.000Z"}
    ${"2026-11-21T09:00:05.000Z"}  | ${"azure"}      | ${"2026-11-21T17:00:05.000Z"}
    ${"2031-01-01T00:00:00Z"}      | ${"first-seen"} | ${"2026-11-21T17:00:00.000Z"}
    ${"soon"}                      | ${"first-seen"} | ${"2026-11-21T17:00:00.000Z"}
    ${""}                          | ${"first-seen"} | ${"2026-11-21T17:00:00.000Z"}
  `(
    "and dates $createdAt goes by $source and is due at $deadline",
    (row: { createdAt: string; source: string; deadline: string }) => {
      expect(seenWith(row.createdAt)).toMatchObject({
        createdAtSource: row.source,
        deadline: at(row.deadline),
        preexisting: false,
      });
    },
  );

  it("without a date goes by first sight", () => {
    expect(
      decide(situation({ now, listed: [{ ...listedOf(open), createdAt: undefined }] })).put,
    ).toMatchObject([{ createdAtSource: "first-seen" }]);
  });

  it.each`
    older                    | createdAt                     | allow    | deadline
    ${"2026-11-21T09:00:00"} | ${"2025-01-01T00:00:00Z"}     | ${true}  | ${"2026-11-28T09:00:00Z"}
    ${"2026-11-21T08:30:00"} | ${"2026-11-21T08:29:59.999Z"} | ${true}  | ${"2026-11-28T09:00:00Z"}
    ${"2026-11-21T08:30:00"} | ${"2026-11-21T08:30:00.000Z"} | ${true}  | ${"2026-11-21T16:30:00Z"}
    ${"2026-11-21T08:30:00"} | ${"2026-11-21T08:29:59.999Z"} | ${false} | ${"2026-11-21T11:00:00Z"}
    ${"2026-11-21T08:30:00"} | ${"2026-11-21T08:30:00.000Z"} | ${false} | ${"2026-11-21T09:00:00Z"}
    ${"2026-11-21T09:00:00"} | ${"soon"}                     | ${true}  | ${"2026-11-28T09:00:00Z"}
    ${"2026-11-21T08:30:00"} | ${"soon"}                     | ${true}  | ${"2026-11-21T17:00:00Z"}
  `(
    "in a subscription first listed at $older, made $createdAt, allowed $allow, is due at $deadline",
    (row: { older: string; createdAt: string; allow: boolean; deadline: string }) => {
      const policy = { rules: [{ name: "one", allow: row.allow }] };
      const link = seenWith(row.createdAt, { policy, watchedSince: at(`${row.older}Z`) });
      expect(link?.deadline).toBe(at(row.deadline));
    },
  );

  it("has no grace if a create signal fits, now or later", () => {
    const signals = [aSignal("event-1", { occurredAt: at("2026-11-21T08:20:01Z") })];
    const older = { watchedSince: now, listed: [listedOf(open, "2026-11-21T08:20:00Z")] };
    const found = (changes: Partial<Given>) => decide(situation({ now, ...older, ...changes })).put;
    expect(found({ watched: { signals } })).toMatchObject([
      { preexisting: false, deadline: at("2026-11-21T16:20:00Z") },
    ]);
    const links = found({});
    expect(links).toMatchObject([{ preexisting: true, deadline: at("2026-11-28T09:00:00Z") }]);
    const later = situation({
      ...older,
      now: at("2026-11-21T09:01:00Z"),
      links,
      watched: { links, signals },
    });
    expect(decide(later).put).toMatchObject([{ preexisting: false, deadline: at("2026-11-21T16:20:00Z") }]);
  });

  it("is neither warned of nor revoked in the transaction that announces it, however old and forbidden", () => {
    const policy = { rules: [{ name: "never", allow: false }] };
    const decision = decide(situation({ now, listed: [listedOf(open, "2020-01-01T00:00:00Z")], policy }));
    expect(kinds(decision)).toStrictEqual(["unannounced"]);
    expect(decision.revoke).toStrictEqual([]);
    expect(
      decide(situation({ now: at("2026-11-21T09:00:01Z"), links: decision.put, policy })).revoke,
    ).toHaveLength(1);
  });

  it.each`
    createdAt                     | told
    ${"2026-11-21T08:58:00.000Z"} | ${["unannounced"]}
    ${"2026-11-21T08:58:00.001Z"} | ${[]}
    ${"2026-11-21T09:00:00.000Z"} | ${[]}
  `(
    "and was made at $createdAt is told at once as $told, or waits for its event",
    ({ createdAt, told }: { createdAt: string; told: unknown }) => {
      expect(kinds(decide(situation({ now, listed: [listedOf(open, createdAt)] })))).toStrictEqual(told);
    },
  );

  it.each`
    now                           | told
    ${"2026-11-21T09:00:14.999Z"} | ${[]}
    ${"2026-11-21T09:00:15.000Z"} | ${["unannounced"]}
  `("waits for its event until $now: $told", (row: { now: string; told: unknown }) => {
    const link = aLink("fresh", { createdAt: now, firstSeenAt: now, announced: false, attribution: nobody });
    const given = { links: [link], listed: [listedOf(link, "2026-11-21T09:00:00Z")] };
    expect(kinds(decide(situation({ now: at(row.now), ...given })))).toStrictEqual(row.told);
  });
});

describe("A policy that changes at 10:00", () => {
  const now = at("2026-11-21T10:00:00Z");
  const changed = (policy: object, link = open) =>
    decide(situation({ now, links: [link], policy, configuration: 1 }));

  it.each`
    rule                                     | deadline                      | told
    ${{ ttl: "PT8H" }}                       | ${"2026-11-21T16:00:00.123Z"} | ${[]}
    ${{ ttl: "PT7H" }}                       | ${"2026-11-21T15:00:00.123Z"} | ${["deadline-moved"]}
    ${{ ttl: "PT1H" }}                       | ${"2026-11-21T10:15:00.000Z"} | ${["deadline-moved", "expiring"]}
    ${{ ttl: "PT1H", warnBefore: "PT30M" }}  | ${"2026-11-21T10:30:00.000Z"} | ${["deadline-moved", "expiring"]}
    ${{ ttl: "PT24H", warnBefore: "PT1H" }}  | ${"2026-11-22T08:00:00.123Z"} | ${["deadline-moved"]}
    ${{ allow: false, warnBefore: "PT30M" }} | ${"2026-11-21T10:30:00.000Z"} | ${["deadline-moved", "expiring"]}
  `(
    "to $rule moves the deadline to $deadline and tells $told",
    (row: { rule: object; deadline: string; told: unknown }) => {
      const decision = changed({ rules: [{ name: "changed", ...row.rule }] });
      expect(decision.put).toMatchObject([{ rule: "changed", deadline: at(row.deadline) }]);
      expect(kinds(decision)).toStrictEqual(row.told);
      expect(decision.revoke).toStrictEqual([]);
    },
  );

  it("to something looser takes the warning back", () => {
    const link = { ...open, status: "warned", notice } as const;
    expect(changed({ rules: [{ name: "looser", ttl: "P2D" }] }, link).put).toMatchObject([
      { status: "open", notice: undefined, deadline: at("2026-11-23T08:00:00.123Z") },
    ]);
  });
});

describe("The breaker", () => {
  const now = at("2026-11-21T20:00:00Z");
  const policy = { rules: [{ name: "everything else", ttl: "PT8H" }], maxRevocationsPerHour: 2 };
  const due = ["a", "b", "c"].map((id) => ({ ...warned, linkId: aLink(id).linkId }));

  it.each`
    recent                                                                   | allowed
    ${[]}                                                                    | ${2}
    ${["2026-11-21T19:00:00.000Z"]}                                          | ${2}
    ${["2026-11-21T19:00:00.001Z"]}                                          | ${1}
    ${["2026-11-21T19:30:00.000Z", "2026-11-21T19:59:59.999Z"]}              | ${0}
    ${["2026-11-21T19:30:00Z", "2026-11-21T19:31:00Z", "2026-11-21T19:32Z"]} | ${0}
  `(
    "lets $allowed of three go after $recent",
    ({ recent, allowed }: { recent: readonly string[]; allowed: number }) => {
      const decision = decide(
        situation({
          now,
          links: due,
          policy,
          host: { recentRevocations: recent.map((when) => ({ linkId: undefined, at: at(when) })) },
        }),
      );
      expect(decision.revoke).toHaveLength(allowed);
      expect(decision.alerts).toMatchObject([
        {
          kind: "revocations-held",
          severity: "high",
          links: due.slice(allowed).map(({ linkId }) => ({ linkId })),
        },
      ]);
    },
  );

  it("lets the oldest deadline go first", () => {
    const [first, second, third] = [
      at("2026-11-21T16:00:00Z"),
      at("2026-11-21T15:00:00Z"),
      at("2026-11-21T14:00:00Z"),
    ];
    const links = [first, second, third].map((deadline, index) => ({
      ...warned,
      linkId: aLink(`link-${index}`).linkId,
      deadline,
      judgedDeadline: deadline,
      notice: { ...notice, end: deadline },
    }));
    expect(decide(situation({ now, links, policy })).revoke).toStrictEqual([
      aLink("link-2").linkId,
      aLink("link-1").linkId,
    ]);
  });
});

describe("A link that Azure was asked to delete at 16:01", () => {
  const asked = {
    ...warned,
    status: "revoking",
    intent: anIntent({ askedAt: at("2026-11-21T16:01:00Z"), leaseUntil: at("2026-11-21T16:02:00Z") }),
  } as const;

  it.each`
    now                           | told  | attempts
    ${"2026-11-21T16:01:59.999Z"} | ${[]} | ${1}
    ${"2026-11-21T16:02:00.000Z"} | ${[]} | ${2}
  `(
    "and still lists at $now is asked for the $attempts. time",
    ({ now, told, attempts }: { now: string; told: unknown; attempts: number }) => {
      const decision = decide(situation({ now: at(now), links: [asked] }));
      expect(kinds(decision)).toStrictEqual(told);
      expect((decision.put[0] ?? asked).intent?.attempts).toBe(attempts);
    },
  );

  it.each`
    attempts | lease
    ${1}     | ${"2026-11-21T17:02:00Z"}
    ${2}     | ${"2026-11-21T17:05:00Z"}
    ${3}     | ${"2026-11-21T17:15:00Z"}
    ${4}     | ${"2026-11-21T17:30:00Z"}
    ${5}     | ${"2026-11-21T18:00:00Z"}
    ${99}    | ${"2026-11-21T18:00:00Z"}
  `(
    "$attempts times before is left alone until $lease",
    ({ attempts, lease }: { attempts: number; lease: string }) => {
      const links = [{ ...asked, intent: { ...asked.intent, attempts } }];
      expect(decide(situation({ now: at("2026-11-21T17:00:00Z"), links })).put[0]?.intent?.leaseUntil).toBe(
        at(lease),
      );
    },
  );

  it("is not asked for again once nothing is enforced", () => {
    expect(
      decide(situation({ now: at("2026-11-21T17:00:00Z"), links: [asked], mode: "observe" })).revoke,
    ).toStrictEqual([]);
  });

  it("is looked at again after 2, 5, 15 and 40 seconds, and when the asking is over", () => {
    const looks = ["16:01:00", "16:01:02", "16:01:05", "16:01:15", "16:01:40"].map(
      (time) => decide(situation({ now: at(`2026-11-21T${time}Z`), links: [asked] })).host.wakeAt,
    );
    expect(looks).toStrictEqual(
      ["16:01:02", "16:01:05", "16:01:15", "16:01:40", "16:02:00"].map((time) => at(`2026-11-21T${time}Z`)),
    );
  });

  it("is revoked once a complete list no longer holds it, and not before", () => {
    const now = at("2026-11-21T16:01:02Z");
    const host = { ownDeletes: [anOwnDelete("accepted")] };
    expect(decide(situation({ now, links: [asked], listed: [], complete: false, host })).close).toStrictEqual(
      [],
    );
    expect(decide(situation({ now, links: [asked], listed: [], host }))).toMatchObject({
      close: [{ closedBy: "revoked-by-watchdog", closedAt: now }],
      alerts: [{ kind: "revoked" }],
    });
  });
});

describe("A link that is missing from a complete list", () => {
  const first = at("2026-11-21T09:00:00Z");
  const missing = { ...open, missingSince: first };

  it("for the first time is only looked for again", () => {
    const decision = decide(situation({ now: first, links: [open], listed: [] }));
    expect(decision).toMatchObject({ close: [], alerts: [], put: [{ missingSince: first }] });
    expect(decision.host.wakeAt).toBe(at("2026-11-21T09:00:10Z"));
  });

  it.each`
    startedAt                     | closed
    ${"2026-11-21T09:00:09.999Z"} | ${0}
    ${"2026-11-21T09:00:10.000Z"} | ${1}
  `(
    "again at $startedAt is closed: $closed",
    ({ startedAt, closed }: { startedAt: string; closed: number }) => {
      expect(decide(situation({ now: at(startedAt), links: [missing], listed: [] })).close).toHaveLength(
        closed,
      );
    },
  );

  it("and comes back was never gone", () => {
    expect(decide(situation({ now: first, links: [missing] }))).toMatchObject({
      alerts: [],
      put: [{ missingSince: undefined }],
    });
  });

  it.each`
    occurredAt                    | closedBy
    ${"2026-11-21T08:53:29.999Z"} | ${undefined}
    ${"2026-11-21T08:53:30.000Z"} | ${"bob@contoso.example"}
    ${"2026-11-21T08:59:59.000Z"} | ${"bob@contoso.example"}
  `(
    "at once closes it by $closedBy when a delete ended at $occurredAt, and it was last listed at 08:55",
    (row: { occurredAt: string; closedBy: string | undefined }) => {
      const signals = [
        aSignal("d", { operation: "delete", caller: bob, occurredAt: at(row.occurredAt), receivedAt: first }),
      ];
      const { close } = decide(
        situation({
          now: first,
          links: [open],
          listed: [],
          host: { checkedAt: at("2026-11-21T08:55:00Z") },
          watched: { signals },
        }),
      );
      const who = close.map(({ actor }) =>
        actor.kind === "known" ? actor.caller.userPrincipalName : actor.kind,
      );
      expect(who).toStrictEqual(row.closedBy === undefined ? [] : [row.closedBy]);
    },
  );

  it("goes with its bastion when that is gone", () => {
    const observation = { kind: "unreadable", answer: { kind: "gone", why: "404" } } as const;
    expect(decide(situation({ now: first, links: [open], observation }))).toMatchObject({
      close: [{ closedBy: "gone-with-bastion" }],
      alerts: [{ kind: "bastion-deleted" }],
    });
  });
});

describe("A create of which no link is left", () => {
  const create = (changes: Partial<Signal> = {}) =>
    aSignal("create", {
      occurredAt: at("2026-11-21T09:00:00Z"),
      receivedAt: at("2026-11-21T09:00:05Z"),
      ...changes,
    });
  const deleted = aSignal("delete", {
    operation: "delete",
    occurredAt: at("2026-11-21T09:00:01Z"),
    receivedAt: at("2026-11-21T09:00:06Z"),
    caller: bob,
  });

  it.each`
    now                           | signals                | told
    ${"2026-11-21T09:02:04.999Z"} | ${[create()]}          | ${[]}
    ${"2026-11-21T09:02:05.000Z"} | ${[create()]}          | ${["created-and-gone"]}
    ${"2026-11-21T09:00:09.999Z"} | ${[create(), deleted]} | ${[]}
    ${"2026-11-21T09:00:10.000Z"} | ${[create(), deleted]} | ${["created-and-gone"]}
  `(
    "is told at $now: $told",
    ({ now, signals, told }: { now: string; signals: readonly Signal[]; told: unknown }) => {
      const decision = decide(situation({ now: at(now), watched: { signals } }));
      expect(kinds(decision)).toStrictEqual(told);
      expect(decision.host.toldCreates).toStrictEqual(decision.alerts.length > 0 ? ["create"] : []);
    },
  );

  it("and that people were told of is not told again, and is kept for ten minutes after it was heard of", () => {
    const later = (now: string) =>
      decide(
        situation({ now: at(now), watched: { signals: [create()] }, host: { toldCreates: ["create"] } }),
      );
    expect(later("2026-11-21T09:10:04.999Z")).toMatchObject({ alerts: [], facts: [], spent: [] });
    expect(later("2026-11-21T09:10:05Z")).toMatchObject({ alerts: [], spent: [{ eventId: "create" }] });
  });

  it("is told from no incomplete list", () => {
    expect(
      kinds(
        decide(
          situation({ now: at("2026-11-21T10:00:00Z"), complete: false, watched: { signals: [create()] } }),
        ),
      ),
    ).not.toContain("created-and-gone");
  });

  it.each`
    now                       | next
    ${"2026-11-21T09:00:05Z"} | ${"2026-11-21T09:00:10Z"}
    ${"2026-11-21T09:00:10Z"} | ${"2026-11-21T09:00:35Z"}
    ${"2026-11-21T09:00:35Z"} | ${"2026-11-21T09:02:05Z"}
  `("is looked into at $next after $now", ({ now, next }: { now: string; next: string }) => {
    expect(decide(situation({ now: at(now), watched: { signals: [create()] } })).host.wakeAt).toBe(at(next));
  });
});

describe("A bastion that cannot be read", () => {
  const since = at("2026-11-21T09:00:00Z");
  const unreadable = { why: "409", since, told: false, toldLoud: false, gone: false, partly: false };
  const busy = (retryAfter?: number) =>
    ({ kind: "unreadable", answer: { kind: "busy", why: "409", retryAfter } }) as const;

  it.each`
    now                           | told
    ${"2026-11-21T09:09:59.999Z"} | ${[]}
    ${"2026-11-21T09:10:00.000Z"} | ${["unreadable"]}
  `(
    "for a passing reason since 09:00 is told at $now: $told",
    ({ now, told }: { now: string; told: unknown }) => {
      expect(
        kinds(decide(situation({ now: at(now), observation: busy(), host: { unreadable } }))),
      ).toStrictEqual(told);
    },
  );

  it("because of a missing right is told at once, and only once", () => {
    const observation = { kind: "unreadable", answer: { kind: "forbidden", why: "403" } } as const;
    const decision = decide(situation({ now: since, observation }));
    expect(kinds(decision)).toStrictEqual(["unreadable"]);
    expect(
      kinds(decide(situation({ now: at("2026-11-21T11:00:00Z"), observation, host: decision.host }))),
    ).toStrictEqual([]);
  });

  it.each`
    now                       | retryAfter   | next
    ${"2026-11-21T09:00:01Z"} | ${undefined} | ${"2026-11-21T09:00:06Z"}
    ${"2026-11-21T09:01:00Z"} | ${undefined} | ${"2026-11-21T09:02:00Z"}
    ${"2026-11-21T09:30:00Z"} | ${undefined} | ${"2026-11-21T09:35:00Z"}
    ${"2026-11-21T09:30:00Z"} | ${20_000}    | ${"2026-11-21T09:30:20Z"}
  `(
    "is asked again at $next after $now and a Retry-After of $retryAfter",
    (row: { now: string; retryAfter: number | undefined; next: string }) => {
      expect(
        decide(situation({ now: at(row.now), observation: busy(row.retryAfter), host: { unreadable } })).host
          .wakeAt,
      ).toBe(at(row.next));
    },
  );

  it("and said so keeps every link, warns of none and revokes none", () => {
    expect(
      decide(situation({ now: at("2026-11-22T09:00:00Z"), observation: busy(), links: [warned] })),
    ).toMatchObject({
      put: [],
      close: [],
      revoke: [],
    });
  });
});

describe("A decision hands on", () => {
  const now = at("2026-11-21T20:00:00Z");
  const intent = anIntent({ askedAt: now, leaseUntil: at("2026-11-21T20:01:00Z") });
  const asked = { ...warned, status: "revoking" as const, intent };

  it("every due link that Azure was asked to delete, or is asked to delete now", () => {
    const links = [asked, { ...warned, linkId: anId("now") }, { ...open, linkId: anId("other") }];
    const decision = decide(situation({ now, links }));
    expect(decision.asked.map(({ linkId }) => linkId)).toStrictEqual([asked.linkId, anId("now")]);
    expect(decision.revoke).toStrictEqual([anId("now")]);
    const unlisted = decide(situation({ now, links: [asked], listed: [], complete: false }));
    expect(unlisted.asked).toMatchObject([{ linkId: asked.linkId }]);
    expect(decide(situation({ now, links: [asked], mode: "observe" })).asked).toStrictEqual([]);
  });

  it("the rows of lives that begin before the commit, and those that change after it", () => {
    const begun = decide(situation({ now, listed: [listedOf(open, "2026-11-21T19:00:00Z")] }));
    expect(begun.opening).toMatchObject([{ linkId: open.linkId, until: at("2026-11-22T03:00:00Z") }]);
    expect(begun.host.owedLives).toStrictEqual([]);
    const gone = decide(situation({ now, links: [{ ...open, missingSince: open.firstSeenAt }], listed: [] }));
    expect(gone.opening).toStrictEqual([]);
    expect(gone.host.owedLives).toMatchObject([{ linkId: open.linkId, until: now, ended: true }]);
  });

  it("nothing of a bastion that is gone but that its links are, and whose they were", () => {
    const observation = { kind: "unreadable", answer: { kind: "gone", why: "404" } } as const;
    const signals = [aSignal("late", { caller: bob })];
    const decision = decide(situation({ now, links: [open], observation, watched: { signals } }));
    expect(decision).toMatchObject({ put: [], revoke: [], asked: [] });
    expect(decision.close.map(({ link }) => [link.attribution.kind, link.toldCreator?.names])).toStrictEqual([
      ["ambiguous", ["jane_partner.example#EXT#@contoso.example"]],
    ]);
    expect(facts(decision)).toStrictEqual([
      ...["creator-reported", "link-closed", "links-gone-before-seen", "bastion-deleted"],
    ]);
  });

  it("a report that comes after its link was closed, with the closed link", () => {
    const past = [
      {
        ...{ linkId: anId("past"), life: 1, vmKey: "vm", closedBy: "deleted-by-other" as const },
        ...{ openedAt: at("2026-11-21T19:55:00Z"), closedAt: at("2026-11-21T19:56:00Z") },
        ...{ madeAfter: at("2026-11-21T19:55:00Z"), creates: [], told: [] },
      },
    ];
    const signals = [aSignal("late", { occurredAt: at("2026-11-21T19:55:05Z"), receivedAt: now })];
    const decision = decide(situation({ now, host: { past }, watched: { signals } }));
    expect(kinds(decision)).toStrictEqual(["creator-reported"]);
    expect(decision.host.past).toMatchObject([{ linkId: anId("past"), creates: [{ eventId: "late" }] }]);
  });
});

describe("Two equal situations", () => {
  it("give equal decisions, and change nothing they were given", () => {
    const given = situation({
      now: at("2026-11-21T20:00:00Z"),
      links: [open, warned],
      watched: { signals: [aSignal("s")] },
    });
    const copy = structuredClone(given);
    expect(decide(given)).toStrictEqual(decide(copy));
    expect(given).toStrictEqual(copy);
  });
});
