import { describe, expect, it } from "vitest";
import type { Acknowledgement } from "../../../../../src/core/domain/alerts/acknowledgement.ts";
import { whoKey, type Attribution } from "../../../../../src/core/domain/attribution/attribution.ts";
import { announce } from "../../../../../src/core/domain/decide/alerts/announce.ts";
import { careFor } from "../../../../../src/core/domain/decide/alerts/care-for.ts";
import { corrections, noteChanges } from "../../../../../src/core/domain/decide/alerts/corrections.ts";
import { reportCreators } from "../../../../../src/core/domain/decide/alerts/report-creators.ts";
import type { Naming } from "../../../../../src/core/domain/decide/signals/name-creators.ts";
import type { LinkStep } from "../../../../../src/core/domain/decide/situation.ts";
import type { PastLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { after, days, minutes, seconds } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, anIntent, aSignal, jane, vmId } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");
const person = (name: string) =>
  ({ ...jane, kind: "user", objectId: name, userPrincipalName: `${name}@contoso.example` }) as const;
const by = (name: string, changes: object = {}): Attribution => ({
  ...{ kind: "known", caller: person(name), eventId: `e-${name}`, reportedAt: now, correlationId: undefined },
  ...changes,
});
const nobody: Attribution = { kind: "unknown", searched: "creation" };
const link = (name: string, changes: Partial<TrackedLink> = {}) =>
  aLink("a", {
    attribution: by(name),
    basis: { configuration: 0, creatorKnown: true, tagsKnown: false },
    ...changes,
  });
const believed = (name: string, correctedAt?: number) =>
  ({
    ...{ who: whoKey(by(name)), names: [`${name}@contoso.example`] },
    correctedAt: correctedAt === undefined ? undefined : after(now, -correctedAt),
  }) as const;
const naming = (before: readonly TrackedLink[] = [], changes: Partial<Naming> = {}): Naming => ({
  ...{
    links: [],
    vanished: [],
    before: new Map(before.map((one) => [one.linkId, one])),
    unsettled: new Set(),
  },
  ...{ waiting: [], explained: [], past: [], late: [], leftOver: [] },
  ...changes,
});
const where = (given: Partial<Given> = {}) => situation({ now, ...given });
const kinds = ({ alerts, facts }: LinkStep) => ({
  alerts: alerts.map(({ kind, severity }) => `${kind}, ${severity}`),
  facts: facts.map(({ kind }) => kind),
});

describe("What people believe of a link's creator", () => {
  const change = (before: TrackedLink, link_: TrackedLink) => noteChanges([link_], naming([before]), now);

  it("is what they were told, once another is known, and a fact of the change", () => {
    const { links, facts } = change(link("ann"), link("bob"));
    expect(links[0]?.toldCreator).toStrictEqual(believed("ann"));
    expect(facts).toMatchObject([
      {
        ...{ at: now, kind: "creator-reported", actor: person("bob"), links: [{ linkId: anId("a") }] },
        data: { attribution: "known", believed: "ann@contoso.example" },
      },
    ]);
    expect(change(link("ann", { attribution: nobody }), link("bob"))).toMatchObject({
      links: [{ toldCreator: { who: "", names: [] } }],
      facts: [{ data: { attribution: "known", believed: "unknown" } }],
    });
    const among: Attribution = { kind: "ambiguous", candidates: [person("ann"), person("bob")] };
    expect(change(link("ann"), link("", { attribution: among })).facts).toMatchObject([
      { actor: undefined, candidates: [{}, {}], data: { attribution: "ambiguous" } },
    ]);
  });

  it("stays what they were told first, until they are told otherwise", () => {
    const told = { toldCreator: believed("cid") };
    expect(change(link("ann", told), link("bob", told)).links).toMatchObject([told]);
  });

  it("is no news of a link that they have not heard of, nor where it is the same, or not known from when", () => {
    const unheard = link("bob", { announced: false });
    expect(change(link("ann", { announced: false }), unheard)).toStrictEqual({ links: [unheard], facts: [] });
    expect(change(link("ann"), link("ann")).facts).toStrictEqual([]);
    expect(noteChanges([link("bob")], naming(), now).facts).toStrictEqual([]);
  });

  it("is one fact for all links that changed alike", () => {
    const [one, two, three] = ["a", "b", "c"].map((id) => link("bob", { linkId: anId(id) }));
    if (!one || !two || !three) throw new Error("there are three");
    const before = [link("ann"), link("ann", { linkId: anId("b") }), link("cid", { linkId: anId("c") })];
    const { facts } = noteChanges([one, two, three], naming(before), now);
    expect(facts.map(({ links }) => links.map(({ linkId }) => linkId))).toStrictEqual([
      [one.linkId, two.linkId],
      [three.linkId],
    ]);
  });
});

describe("A correction", () => {
  const corrected = (given: Partial<TrackedLink>, changes: Partial<Naming> = {}) =>
    corrections([link("bob", given)], naming([link("bob", given)], changes), where());

  it("says who is known now, and what was told before", () => {
    const step = corrected({ toldCreator: believed("ann") });
    expect(step.alerts).toMatchObject([
      {
        ...{ kind: "creator-reported", severity: "low", actors: { creator: { caller: person("bob") } } },
        notes: [{ kind: "told-creator", names: ["ann@contoso.example"] }],
      },
    ]);
    expect(step.links[0]?.toldCreator).toStrictEqual({ ...believed("bob"), correctedAt: now });
    expect(step.looks).toStrictEqual([]);
  });

  it.each`
    ago                | told
    ${minutes(10)}     | ${["creator-reported, low"]}
    ${minutes(10) - 1} | ${[]}
  `(
    "of a link that was corrected $ago ms ago: $told",
    ({ ago, told }: { ago: number; told: readonly string[] }) => {
      const step = corrected({ toldCreator: believed("ann", ago) });
      expect(kinds(step).alerts).toStrictEqual(told);
      expect(step.looks).toStrictEqual(told.length > 0 ? [] : [after(now, 1)]);
      expect(step.links[0]?.toldCreator?.who).toBe(whoKey(by(told.length > 0 ? "bob" : "ann")));
    },
  );

  it("waits while an operation waits for a link of its own, and until people have heard of the link", () => {
    expect(
      kinds(corrected({ toldCreator: believed("ann") }, { unsettled: new Set([anId("a")]) })).alerts,
    ).toStrictEqual([]);
    expect(kinds(corrected({ toldCreator: believed("ann"), announced: false })).alerts).toStrictEqual([]);
  });

  it("does not wait where it forbids the link", () => {
    const given = { toldCreator: believed("ann", 1), allowed: false };
    const before = link("bob", { toldCreator: believed("ann", 1) });
    const changes = naming([before], { unsettled: new Set([anId("a")]) });
    expect(kinds(corrections([link("bob", given)], changes, where())).alerts).toStrictEqual([
      "creator-reported, high",
    ]);
  });

  it("is none where it turns out that people were told right", () => {
    const right = corrected({ toldCreator: believed("bob") });
    expect([kinds(right).alerts, right.links[0]?.toldCreator]).toStrictEqual([[], undefined]);
    const again = corrected({ toldCreator: believed("bob", 5) });
    expect(again.links[0]?.toldCreator).toStrictEqual(believed("bob", 5));
  });
});

describe("Who turns out to have made a link", () => {
  const reported = (
    before: Partial<TrackedLink>,
    changes: Partial<TrackedLink>,
    given: Partial<Given> = {},
  ) => reportCreators([{ before: link("ann", before), link: link("bob", changes) }], where(given));
  const extension = (name: string) => ({
    extension: { by: `${name}@contoso.example`, objectId: name, until: at("2026-11-21T20:00:00Z"), why: "w" },
  });

  it("is told quietly where nothing follows", () => {
    expect(kinds(reported({}, {}))).toStrictEqual({ alerts: ["creator-reported, low"], facts: [] });
    expect(reported({}, {}).links).toStrictEqual([link("bob")]);
  });

  it("is loud where that forbids the link, and that is its notice", () => {
    const step = reported({}, { allowed: false });
    expect(kinds(step)).toStrictEqual({ alerts: ["creator-reported, high"], facts: ["link-warned"] });
    expect(step.links).toMatchObject([{ status: "warned", notice: { at: now, end: link("bob").deadline } }]);
    expect(kinds(reported({ allowed: false }, { allowed: false })).alerts).toStrictEqual([
      "creator-reported, low",
    ]);
  });

  it.each<[string, Partial<TrackedLink>]>([
    ["a notice", { notice: { at: at("2026-11-21T08:00:00Z"), end: link("bob").deadline, enforced: true } }],
    ["a delete under way", { intent: anIntent() }],
    ["a person who asked for its end", { demanded: { by: "o", objectId: "o", at: now, why: "w" } }],
  ])("gives none where there is %s", (_, changes) => {
    const given = link("bob", { allowed: false, ...changes });
    expect(reported({}, { allowed: false, ...changes }).links).toStrictEqual([given]);
  });

  it("is loud where that ends the time that he gave it himself", () => {
    const step = reported(extension("bob"), extension("bob"));
    expect(kinds(step)).toStrictEqual({ alerts: ["creator-reported, high"], facts: ["extension-lapsed"] });
    expect(step.alerts[0]?.notes).toStrictEqual([
      { kind: "extension-lapsed", by: "bob@contoso.example", until: at("2026-11-21T20:00:00Z") },
    ]);
    expect(step.facts[0]).toMatchObject({
      ...{
        at: now,
        actor: undefined,
        data: { by: "bob@contoso.example", until: "2026-11-21T20:00:00.000Z" },
      },
    });
    expect(
      kinds(reported({ ...extension("bob"), attribution: by("bob") }, extension("bob"))).alerts,
    ).toStrictEqual(["creator-reported, low"]);
    expect(kinds(reported(extension("olga"), extension("olga"))).alerts).toStrictEqual([
      "creator-reported, low",
    ]);
  });

  it("is one alert of both where it ends that time and forbids the link", () => {
    const both = { ...extension("bob"), allowed: false };
    expect(kinds(reported(extension("bob"), both))).toStrictEqual({
      alerts: ["creator-reported, high"],
      facts: ["extension-lapsed", "link-warned"],
    });
  });

  it("is one alert for links that can be told together, each kind by itself", () => {
    const one = (id: string, changes: Partial<TrackedLink> = {}) => ({
      before: link("ann", { linkId: anId(id) }),
      link: link("bob", { linkId: anId(id), ...changes }),
    });
    const step = reportCreators([one("a"), one("b", { allowed: false }), one("c")], where());
    expect(step.alerts.map(({ links }) => links?.map(({ linkId }) => linkId))).toStrictEqual([
      [anId("b")],
      [anId("a"), anId("c")],
    ]);
    expect(step.links.map(({ linkId }) => linkId)).toStrictEqual([anId("a"), anId("b"), anId("c")]);
  });
});

describe("The first alert about a link", () => {
  const fresh = (changes: Partial<TrackedLink> = {}) =>
    link("bob", {
      ...{ announced: false, createdAt: after(now, -seconds(20)), firstSeenAt: after(now, -seconds(15)) },
      ...changes,
    });
  const told = (
    links: readonly TrackedLink[],
    given: Partial<Given> = {},
    before: readonly TrackedLink[] = [],
  ) => announce(links, naming(before), where(given));
  const first = (changes: Partial<TrackedLink>, given: Partial<Given> = {}) => told([fresh(changes)], given);

  it.each<[string, Partial<TrackedLink>, string]>([
    ["created", {}, "created, medium"],
    ["unannounced", { attribution: nobody }, "unannounced, medium"],
    ["preexisting", { attribution: nobody, preexisting: true }, "preexisting, medium"],
    ["created, although it is older than the watchdog", { preexisting: true }, "created, medium"],
    [
      "re-created after the watchdog took one down",
      { comeback: { times: 1, afterRevocation: true, goesOnSince: undefined } },
      "re-created, high",
    ],
    [
      "created where it only comes after others",
      { comeback: { times: 2, afterRevocation: false, goesOnSince: undefined } },
      "created, medium",
    ],
    [
      "re-created where its VM's lifetime is spent",
      { usedBefore: { window: days(30), length: days(10) } },
      "re-created, high",
    ],
  ])("says %s", (_, changes, alert) => {
    const step = first(changes);
    expect(kinds(step)).toStrictEqual({ alerts: [alert], facts: ["link-announced"] });
    expect(step.facts[0]?.data).toStrictEqual({ as: alert.split(",")[0] });
    expect(step.links).toMatchObject([{ announced: true, notice: undefined }]);
  });

  it.each`
    created       | seen          | who          | waits
    ${"08:59:40"} | ${"08:59:45"} | ${nobody}    | ${false}
    ${"08:59:40"} | ${"08:59:46"} | ${nobody}    | ${true}
    ${"08:57:47"} | ${"08:59:46"} | ${nobody}    | ${true}
    ${"08:57:46"} | ${"08:59:46"} | ${nobody}    | ${false}
    ${"08:59:40"} | ${"08:59:46"} | ${by("bob")} | ${false}
  `(
    "of one made at $created and seen at $seen, by $who.kind, waits: $waits",
    (row: { created: string; seen: string; who: Attribution; waits: boolean }) => {
      const moments = {
        createdAt: at(`2026-11-21T${row.created}Z`),
        firstSeenAt: at(`2026-11-21T${row.seen}Z`),
      };
      const step = first({ ...moments, attribution: row.who });
      expect(step.alerts).toHaveLength(row.waits ? 0 : 1);
      expect(step.looks).toStrictEqual(row.waits ? [after(now, seconds(15))] : []);
      expect(step.links[0]?.announced).toBe(!row.waits);
    },
  );

  it.each`
    rule                                    | link                                   | notice
    ${{ ttl: "PT8H" }}                      | ${{}}                                  | ${undefined}
    ${{ ttl: "PT8H" }}                      | ${{ allowed: false }}                  | ${true}
    ${{ ttl: "PT1H", warnBefore: "PT1H" }}  | ${{}}                                  | ${true}
    ${{ ttl: "PT1H", warnBefore: "PT59M" }} | ${{}}                                  | ${undefined}
    ${{ ttl: "PT1H", warnBefore: "PT1H" }}  | ${{ enforced: false }}                 | ${undefined}
    ${{ ttl: "PT8H" }}                      | ${{ allowed: false, enforced: false }} | ${false}
  `(
    "of $link under $rule is a notice that it will be revoked: $notice",
    (row: { rule: object; link: Partial<TrackedLink>; notice: boolean | undefined }) => {
      const policy = { rules: [{ name: "r", ...row.rule }] };
      expect(first(row.link, { policy }).links[0]?.notice).toStrictEqual(
        row.notice === undefined ? undefined : { at: now, end: fresh().deadline, enforced: row.notice },
      );
    },
  );

  it("says that its creator decides where he does", () => {
    const policy = {
      rules: [
        { name: "ann may", match: { creator: "ann@*" } },
        { name: "nobody else", allow: false },
      ],
    };
    const step = first({ attribution: nobody, allowed: false }, { policy });
    expect(step.links[0]?.notice).toStrictEqual({
      ...{ at: now, end: fresh().deadline, enforced: true, byCreator: true },
    });
    expect(step.facts[0]?.data).toStrictEqual({ as: "unannounced", byCreator: true });
    expect(step.alerts[0]?.notes).toStrictEqual([
      { kind: "creator-decides", forbids: "nobody else", allows: "ann may" },
    ]);
  });

  it.each<[string, Partial<TrackedLink>, string | undefined]>([
    ["with its URL", {}, undefined],
    ["whose URL may be on its way", { createdAt: after(now, 1 - minutes(30)) }, "new"],
    ["that ended", { createdAt: after(now, -minutes(30)), nativeExpiry: now }, "expired"],
    ["that is to end", { createdAt: after(now, -minutes(30)), nativeExpiry: after(now, 1) }, "unknown"],
    ["of which nobody knows why", { createdAt: after(now, -minutes(30)) }, "unknown"],
  ])("says why it is listed without its URL: one %s", (_, changes, because) => {
    const hole = because === undefined ? undefined : { since: now, isOwnLife: true };
    expect(first({ hole, ...changes }).alerts[0]?.notes).toStrictEqual(
      because === undefined ? [] : [{ kind: "without-url", because }],
    );
  });

  it("says that it comes late where its operation was told as gone", () => {
    expect(first({}, { host: { toldCreates: ["e-bob"] } }).alerts[0]?.notes).toStrictEqual([
      { kind: "listed-late" },
    ]);
    expect(first({}, { host: { toldCreates: ["e-ann"] } }).alerts[0]?.notes).toStrictEqual([]);
  });

  it("is one for links of one creator, and one for each kind of them", () => {
    const [one, two, three] = [
      fresh(),
      fresh({ linkId: anId("b") }),
      fresh({ linkId: anId("c"), attribution: nobody }),
    ];
    const heard = link("bob", { linkId: anId("d") });
    const step = told([one, two, three, heard]);
    expect(step.alerts.map(({ links }) => links?.map(({ linkId }) => linkId))).toStrictEqual([
      [anId("a"), anId("b")],
      [anId("c")],
    ]);
    expect(step.links.map(({ announced }) => announced)).toStrictEqual([true, true, true, true]);
  });
});

describe("An acknowledgement", () => {
  const acknowledged: Acknowledgement = {
    ...{ alertId: "A1", by: "bob@contoso.example", objectId: "bob", at: now, stays: [] },
    about: { links: [anId("p")], isCut: false, waiting: undefined },
  };
  const signal = aSignal("e-1", { caller: person("bob") });
  const past = (id: string, eventId: string): PastLink => ({
    ...{
      linkId: anId(id),
      life: 1,
      vmKey: vmId("vm"),
      openedAt: now,
      closedAt: now,
      madeAfter: now,
      told: [],
    },
    ...{
      closedBy: "deleted-by-other",
      creates: [{ eventId, beganAt: undefined, reportedAt: now, who: "bob" }],
    },
  });
  const care = (changes: Partial<Naming>, links: readonly TrackedLink[] = []) =>
    careFor(
      { open: links, close: [] },
      naming([], changes),
      where({ host: { acknowledged: [acknowledged] } }),
    );

  it.each<[string, Partial<Naming>, readonly TrackedLink[], boolean]>([
    ["holds where nobody is named late", { past: [past("p", "e-1")] }, [], true],
    [
      "ends for who is named late as having made a closed link of it",
      { late: [{ signal, told: [] }], past: [past("p", "e-1")] },
      [],
      false,
    ],
    [
      "holds where another operation made that",
      { late: [{ signal, told: [] }], past: [past("p", "e-2")] },
      [],
      true,
    ],
    ["holds where he made another", { late: [{ signal, told: [] }], past: [past("q", "e-1")] }, [], true],
    ["ends for who made an open one", {}, [link("bob", { linkId: anId("p") })], false],
  ])("%s", (_, changes, links, holds) => {
    const step = care(changes, links);
    expect(step.acknowledged).toStrictEqual(holds ? [acknowledged] : []);
    expect(step.facts.map(({ kind }) => kind)).toStrictEqual(holds ? [] : ["acknowledgement-lapsed"]);
  });
});
