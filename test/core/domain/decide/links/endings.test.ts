import { describe, expect, it } from "vitest";
import type { Attribution } from "../../../../../src/core/domain/attribution/attribution.ts";
import type { Signal } from "../../../../../src/core/domain/attribution/signal.ts";
import { closeLinks, closeWithBastion } from "../../../../../src/core/domain/decide/links/close-links.ts";
import { closedFacts, departures } from "../../../../../src/core/domain/decide/links/departures.ts";
import { whoClosed } from "../../../../../src/core/domain/decide/links/who-closed.ts";
import type { Situation } from "../../../../../src/core/domain/decide/situation.ts";
import type { ClosedBy, ClosedLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { lifeOf, type Life } from "../../../../../src/core/domain/links/lives.ts";
import type { OwnDelete } from "../../../../../src/core/domain/links/own-deletes.ts";
import { after, hours, seconds, type Instant } from "../../../../../src/core/domain/time.ts";
import { vmKeyOf } from "../../../../../src/core/domain/arm-id.ts";
import { at } from "../../../../memory/clock.ts";
import {
  aBastion,
  aLink,
  anId,
  anIntent,
  anOwnDelete,
  aSignal,
  jane,
  vmId,
} from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

/** Asked to go at 16:00:01, in a lease until 16:01:01, last listed at 16:00:00 (the last complete list), now missing at 16:00:20. */
const now = at("2026-11-21T16:00:20Z");
const checkedAt = at("2026-11-21T16:00:00Z");
const asked = aLink("a", { status: "revoking", intent: anIntent() });
const untouched = aLink("a");
const nobody: Attribution = { kind: "unknown", searched: "deletion" };
const bob = { ...jane, objectId: "33333333-0000-4000-8000-000000000008" };
const byBob = (occurredAt: string, eventId = "delete-1"): Signal =>
  aSignal(eventId, { operation: "delete", caller: bob, occurredAt: at(occurredAt), correlationId: "bobs" });

const gone = (
  given: Partial<Given> = {},
  answer?: OwnDelete["answer"],
  more: Partial<OwnDelete> = {},
): Situation =>
  situation({
    ...{ now, listed: [] },
    ...given,
    host: { checkedAt, ownDeletes: [{ ...anOwnDelete(answer), ...more }], keepsIds: true, ...given.host },
  });
const ended = (link: TrackedLink, where: Situation) => {
  const { closedBy, actor } = whoClosed(link, where) ?? {};
  return [closedBy, actor?.kind];
};

describe("A link that a complete list no longer holds was ended", () => {
  it("by us, where Azure accepted our delete, until the lease ran out that it was last listed in", () => {
    expect(whoClosed(asked, gone({}, "accepted"))).toStrictEqual({
      closedBy: "revoked-by-watchdog",
      actor: nobody,
    });
    const until = (leaseUntil: string) => ({ ...asked, intent: anIntent({ leaseUntil: at(leaseUntil) }) });
    expect(ended(until("2026-11-21T16:00:00.001Z"), gone({}, "accepted"))).toStrictEqual([
      "revoked-by-watchdog",
      "unknown",
    ]);
    expect(ended(until("2026-11-21T16:00:00Z"), gone({}, "accepted"))).toStrictEqual([undefined, undefined]);
  });

  it("by us, where a lease ran out after it was first seen, or was seen to be missing", () => {
    const lease = (changes: Partial<TrackedLink>) => ({ ...asked, ...changes });
    const never = gone({ host: { checkedAt: undefined } }, "accepted");
    expect(ended(lease({ firstSeenAt: at("2026-11-21T16:01:01Z") }), never)).toStrictEqual([
      undefined,
      undefined,
    ]);
    expect(ended(lease({ firstSeenAt: at("2026-11-21T16:01:00.999Z") }), never)[0]).toBe(
      "revoked-by-watchdog",
    );
    const later = gone({ host: { checkedAt: at("2026-11-21T16:05:00Z") } }, "accepted");
    expect(ended(lease({ missingSince: at("2026-11-21T16:01:00Z") }), later)[0]).toBe("revoked-by-watchdog");
    expect(ended(lease({ missingSince: at("2026-11-21T16:01:01Z") }), later)[0]).not.toBe(
      "revoked-by-watchdog",
    );
  });

  it("by us, where another link of its VM was deleted by VM after it was last listed, and it was asked to go", () => {
    const byVm = { vmKeys: [vmKeyOf(asked.vmId)], correlationId: "another" };
    const at5 = (moment: string) => gone({}, "accepted", { ...byVm, at: at(moment) });
    expect(ended(asked, at5("2026-11-21T15:55:00.001Z"))[0]).toBe("revoked-by-watchdog");
    expect(ended(asked, at5("2026-11-21T15:55:00Z"))[0]).toBeUndefined();
    expect(ended(untouched, at5("2026-11-21T16:00:00Z"))[0]).toBeUndefined();
  });

  it("by us, where an event carries the ID of a delete of it, and of no other", () => {
    const event = aSignal("e", {
      operation: "delete",
      occurredAt: at("2026-11-21T16:00:05Z"),
      correlationId: anOwnDelete(undefined).correlationId,
    });
    const where = { ...gone({ watched: { signals: [event] } }), principalId: undefined };
    expect(ended(asked, where)[0]).toBe("revoked-by-watchdog");
    const of = (correlationIds: string[]) => ({ ...asked, intent: anIntent({ correlationIds }) });
    expect(ended(of(["x", anOwnDelete(undefined).correlationId]), where)[0]).toBe("revoked-by-watchdog");
    expect(ended(of(["x", "y"]), where)[0]).toBeUndefined();
    expect(ended(untouched, where)[0]).toBeUndefined();
  });

  it.each<[string, string, boolean]>([
    ["that fits", "2026-11-21T16:00:05Z", true],
    ["90 seconds before it was last listed", "2026-11-21T15:58:30Z", true],
    ["longer before", "2026-11-21T15:58:29.999Z", false],
  ])("by somebody else, whose delete is reported: one %s", (_, moment, fits) => {
    const where = gone({ watched: { signals: [byBob(moment)] } });
    expect(ended(untouched, where)).toStrictEqual(
      fits ? ["deleted-by-other", "known"] : [undefined, undefined],
    );
    const both = gone({ watched: { signals: [byBob(moment)] } }, "accepted");
    expect(ended(asked, both)).toStrictEqual(["revoked-by-watchdog", fits ? "known" : "unknown"]);
  });

  it("by nobody whose delete ended before it was made, or long before it was first seen", () => {
    const made = { createdAt: at("2026-11-21T16:00:10Z"), firstSeenAt: at("2026-11-21T16:00:11Z") };
    const by = (moment: string, changes: Partial<TrackedLink> = made) =>
      ended({ ...untouched, ...changes }, gone({ watched: { signals: [byBob(moment)] } }))[0];
    expect([by("2026-11-21T16:00:08Z"), by("2026-11-21T16:00:07.999Z")]).toStrictEqual([
      "deleted-by-other",
      undefined,
    ]);
    const seenLate = { firstSeenAt: at("2026-11-21T16:02:00Z") };
    expect([by("2026-11-21T16:00:30Z", seenLate), by("2026-11-21T16:00:29.999Z", seenLate)]).toStrictEqual([
      "deleted-by-other",
      undefined,
    ]);
    const missing = { missingSince: at("2026-11-21T16:00:15Z"), firstSeenAt: at("2026-11-21T15:00:00Z") };
    expect(by("2026-11-21T15:00:00Z", missing)).toBe("deleted-by-other");
  });

  it("by somebody unknown, once a second list that began ten seconds later lacks it", () => {
    const missing = { ...untouched, missingSince: at("2026-11-21T16:00:10Z") };
    const began = (startedAt: string): Situation => {
      const { observation, ...where } = gone();
      if (observation.kind !== "listed") throw new Error("not listed");
      return { ...where, observation: { ...observation, startedAt: at(startedAt) } };
    };
    expect(whoClosed(missing, began("2026-11-21T16:00:20Z"))).toStrictEqual({
      closedBy: "deleted-by-other",
      actor: nobody,
    });
    expect(whoClosed(missing, began("2026-11-21T16:00:19.999Z"))).toBeUndefined();
    expect(whoClosed(untouched, began("2026-11-21T16:00:20Z"))).toBeUndefined();
  });

  const feature = (featureOn: boolean | undefined, given: Partial<Given> = {}): Situation => {
    const { observation, ...where } = gone(given, "accepted");
    if (observation.kind !== "listed") throw new Error("not listed");
    return { ...where, observation: { ...observation, featureOn } };
  };

  it("by whoever switched the feature off, where the bastion says that it is, whatever else was asked", () => {
    const writes = [aSignal("write", { operation: "host-write", caller: bob })];
    const by = (signals: readonly Signal[]) => whoClosed(asked, feature(false, { watched: { signals } }));
    expect(by(writes)).toMatchObject({ closedBy: "switched-off", actor: { kind: "known", caller: bob } });
    expect(by([])).toStrictEqual({ closedBy: "switched-off", actor: nobody });
    expect(by([byBob("2026-11-21T16:00:05Z")])).toStrictEqual({ closedBy: "switched-off", actor: nobody });
  });

  it.each([true, undefined])("as ever where the feature is on, or that is not known: %s", (featureOn) => {
    expect(ended(asked, feature(featureOn))).toStrictEqual(["revoked-by-watchdog", "unknown"]);
  });

  it("by somebody else whose delete is reported, also where ours was not answered", () => {
    const where = gone({ watched: { signals: [byBob("2026-11-21T16:00:05Z")] } });
    expect(ended(asked, where)).toStrictEqual(["deleted-by-other", "known"]);
  });

  it("by us, where an event of ours without its ID may be one of several, of which one was for it", () => {
    const [mine, another] = ["mine", "another"].map((correlationId) => ({
      ...anOwnDelete("accepted"),
      correlationId,
    })) as [OwnDelete, OwnDelete];
    const event = aSignal("e", { operation: "delete", occurredAt: at("2026-11-21T16:00:05Z") });
    const host = { ownDeletes: [another, mine], keepsIds: false };
    const where = { ...gone({ watched: { signals: [event] }, host }), principalId: jane.objectId };
    const of = (...correlationIds: string[]) => ({ ...asked, intent: anIntent({ correlationIds }) });
    expect(ended(of("mine", "never sent"), where)[0]).toBe("revoked-by-watchdog");
    expect(ended(of("third", "never sent"), where)[0]).toBeUndefined();
  });

  it.each<[OwnDelete["answer"], ClosedBy]>([
    [undefined, "perhaps-by-watchdog"],
    ["refused", "deleted-by-other"],
  ])("perhaps by us only where the answer to our delete is not known: %s", (answer, closedBy) => {
    const missing = { ...asked, missingSince: at("2026-11-21T16:00:05Z") };
    expect(ended(missing, gone({}, answer))).toStrictEqual([closedBy, "unknown"]);
  });
});

describe("Of links that vanished", () => {
  it("those are closed whose end is explained, and the others are missing and looked for again in ten seconds", () => {
    const [mine, lost] = [asked, aLink("b", { vmId: vmId("vm-2") })];
    const before = aLink("c", { vmId: vmId("vm-3"), missingSince: at("2026-11-21T16:00:15Z") });
    const step = closeLinks([mine, lost, before], gone({}, "accepted"));
    expect(step.close).toStrictEqual([
      { link: mine, closedAt: now, closedBy: "revoked-by-watchdog", actor: nobody },
    ]);
    expect(step.links).toStrictEqual([{ ...lost, missingSince: now }, before]);
    expect(step.looks).toStrictEqual([after(now, seconds(10)), at("2026-11-21T16:00:25Z")]);
    expect(step.alerts).toMatchObject([{ kind: "revoked", links: [mine] }]);
    expect(step.facts).toMatchObject([
      { kind: "link-closed", at: now, data: { closedBy: "revoked-by-watchdog" } },
    ]);
  });

  it("with their bastion all are closed, and only those are told that nobody had heard of", () => {
    const signals = [aSignal("host", { operation: "host-delete", caller: bob })];
    const untold = aLink("b", { announced: false });
    const step = closeWithBastion([untouched, untold], gone({ watched: { signals } }));
    expect(step.links).toStrictEqual([]);
    expect(step.close).toMatchObject([
      {
        link: untouched,
        closedAt: now,
        closedBy: "gone-with-bastion",
        actor: { kind: "known", caller: bob },
      },
      { link: untold },
    ]);
    expect(step.alerts).toMatchObject([
      { kind: "created-and-gone", links: [untold], actors: { deleter: { caller: bob } } },
    ]);
    expect(step.facts).toMatchObject([
      { kind: "link-closed", actor: bob, data: { closedBy: "gone-with-bastion" } },
    ]);
    expect(step.looks).toStrictEqual([]);
  });
});

describe("The alert about links that are gone", () => {
  const closed = (
    closedBy: ClosedBy,
    link: TrackedLink = untouched,
    actor: Attribution = nobody,
  ): ClosedLink => ({
    ...{ link, closedAt: now, closedBy, actor },
  });
  const bobs: Attribution = {
    kind: "known",
    caller: bob,
    eventId: "d",
    reportedAt: now,
    correlationId: undefined,
  };
  const told = (close: readonly ClosedLink[], where = gone()) => departures(close, where);

  it.each<[ClosedBy, string]>([
    ["revoked-by-watchdog", "revoked"],
    ["perhaps-by-watchdog", "gone"],
    ["deleted-by-other", "deleted"],
    ["gone-with-bastion", "deleted"],
  ])("%s is %s, or created and gone where nobody had heard of it", (closedBy, kind) => {
    expect(told([closed(closedBy)])).toMatchObject([{ kind, at: now }]);
    expect(told([closed(closedBy, { ...untouched, announced: false })])).toMatchObject([
      { kind: "created-and-gone" },
    ]);
  });

  it("names whose delete fits beside ours, and an unknown one only where it was not ours", () => {
    const actors = (...of: Parameters<typeof closed>) => Object.keys(told([closed(...of)])[0]?.actors ?? {});
    expect(actors("revoked-by-watchdog", untouched, bobs)).toStrictEqual(["creator", "deleter"]);
    expect(actors("perhaps-by-watchdog")).toStrictEqual(["creator"]);
    expect(actors("deleted-by-other")).toStrictEqual(["creator", "deleter"]);
    expect(actors("deleted-by-other", untouched, bobs)).toStrictEqual(["creator", "deleter"]);
  });

  it("names other links to the VM that stay open, but none past its own end in Azure", () => {
    const bastionId = aBastion("bas-two").id;
    const other = (nativeExpiry: Instant | undefined) =>
      lifeOf(
        aLink("b", { vmId: untouched.vmId, nativeExpiry, countedUntil: after(now, hours(1)) }),
        bastionId,
      );
    const notes = (life: Life) =>
      told([closed("deleted-by-other")], { ...gone(), lives: new Map([[life.vmKey, [life]]]) })[0]?.notes;
    const open = (until: Instant) => ({
      kind: "also-open",
      vms: [{ vmId: untouched.vmId, links: 1, until, bastionIds: [bastionId] }],
    });
    expect(notes(other(undefined))).toStrictEqual([open(after(now, hours(1)))]);
    expect(notes(other(after(now, seconds(1))))).toStrictEqual([open(after(now, seconds(1)))]);
    expect(notes(other(now))).toStrictEqual([]);
  });

  it("says at whose demand, and that Azure refused our deletes, where it did", () => {
    const demanded = { at: now, by: "priya", objectId: "p", why: "breach" };
    expect(told([closed("revoked-by-watchdog", { ...untouched, demanded })])[0]?.notes).toStrictEqual([
      { kind: "demanded", by: "priya", why: "breach" },
    ]);
    expect(told([closed("revoked-by-watchdog")])[0]?.notes).toStrictEqual([]);
    expect(told([closed("deleted-by-other", asked)], gone({}, "refused"))[0]?.notes).toStrictEqual([
      { kind: "deletes-refused" },
    ]);
    expect(told([closed("deleted-by-other", asked)], gone({}, "accepted"))[0]?.notes).toStrictEqual([]);
    const notAsked = { refusal: { code: "", because: "other" as const } };
    expect(told([closed("deleted-by-other", asked)], gone({}, "refused", notAsked))[0]?.notes).toStrictEqual(
      [],
    );
  });

  it("says what was said of a new link only where nobody had heard of it", () => {
    const where = gone({ complete: false });
    const notes = (announced: boolean) =>
      told([closed("deleted-by-other", { ...untouched, announced })], where)[0]?.notes;
    expect([notes(true), notes(false)]).toStrictEqual([[], [{ kind: "list-incomplete" }]]);
  });

  const [other, twin] = [aLink("b"), aLink("c", { vmId: vmId("vm-2") })];
  it.each<[string, ClosedLink, number]>([
    ["alike", closed("deleted-by-other", other), 1],
    ["to another VM", closed("deleted-by-other", twin), 1],
    ["otherwise", closed("gone-with-bastion", other), 2],
    ["by somebody", closed("deleted-by-other", other, bobs), 2],
    ["untold", closed("deleted-by-other", { ...other, announced: false }), 2],
    [
      "demanded",
      closed("deleted-by-other", { ...other, demanded: { at: now, by: "p", objectId: "p", why: "w" } }),
      2,
    ],
    ["refused", closed("deleted-by-other", { ...other, intent: anIntent() }), 2],
    ["forbidden", closed("deleted-by-other", { ...other, allowed: false }), 2],
  ])("and another that went %s", (_, another, alerts) => {
    expect(told([closed("deleted-by-other"), another], gone({}, "refused"))).toHaveLength(alerts);
  });

  it("keeps demands of two people, and for two reasons, apart", () => {
    const by = (name: string, why: string, id: string) =>
      closed("revoked-by-watchdog", { ...aLink(id), demanded: { at: now, by: name, objectId: "p", why } });
    expect(told([by("p", "w", "a"), by("p", "w", "b")])).toHaveLength(1);
    expect(told([by("p", "w", "a"), by("q", "w", "b")])).toHaveLength(2);
    expect(told([by("p", "w", "a"), by("p", "v", "b")])).toHaveLength(2);
  });

  describe("whose rule ends sessions", () => {
    const policy = {
      rules: [{ name: "ends", match: { vm: "**/vm-staging-01" }, endSessions: true }, { name: "rest" }],
    };
    const vm = untouched.vmId;
    const session = (vmOf: string, wasEnded: boolean) => ({ sessionId: "s", vmId: vmOf, wasEnded });
    const where = (sessions: Situation["sessions"]): Situation => ({ ...gone({ policy }), sessions });

    it("says how many were ended and how many were not, on its VMs", () => {
      const sessions = [
        session(vm.toUpperCase(), true),
        session(vm, true),
        session(vm, false),
        session(vmId("vm-9"), true),
      ];
      const done = where({ kind: "done", sessions });
      expect(told([closed("revoked-by-watchdog")], done)[0]?.notes).toStrictEqual([
        { kind: "sessions-ended", ended: 2, others: 1 },
      ]);
    });

    it("says that it is not known, and why", () => {
      const notes = (sessions: Situation["sessions"]) =>
        told([closed("revoked-by-watchdog")], where(sessions))[0]?.notes;
      expect(notes({ kind: "unknown", why: "503" })).toStrictEqual([
        { kind: "sessions-unknown", why: "503" },
      ]);
      expect(notes(undefined)).toStrictEqual([{ kind: "sessions-unknown", why: undefined }]);
      expect(told([closed("deleted-by-other")], where(undefined))[0]?.notes).toStrictEqual([]);
      const links = [closed("revoked-by-watchdog"), closed("revoked-by-watchdog", twin)];
      expect(told(links, where(undefined)).map(({ notes: said }) => said?.length)).toStrictEqual([1, 0]);
    });
  });

  it("has a fact for each way and person, with all the links that went so", () => {
    const facts = closedFacts(
      [
        closed("deleted-by-other"),
        closed("deleted-by-other", other),
        closed("deleted-by-other", twin, bobs),
        closed("gone-with-bastion", aLink("d")),
      ],
      gone(),
    );
    expect(facts).toMatchObject([
      {
        at: now,
        kind: "link-closed",
        actor: undefined,
        links: [{ linkId: anId("a") }, { linkId: anId("b") }],
      },
      { actor: bob, links: [{ linkId: anId("c") }], data: { closedBy: "deleted-by-other" } },
      { links: [{ linkId: anId("d") }], data: { closedBy: "gone-with-bastion" } },
    ]);
    expect(facts).toHaveLength(3);
  });
});
