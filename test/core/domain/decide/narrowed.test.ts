import { describe, expect, it } from "vitest";
import { commitOf, planFor, type Plan, type WriteContext } from "../../../../src/core/domain/decide/plan.ts";
import type { Situation } from "../../../../src/core/domain/decide/situation.ts";
import type { Signal } from "../../../../src/core/domain/attribution/signal.ts";
import { holeIdOf, type ListedLink, type TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { partitionOf } from "../../../../src/core/domain/partition.ts";
import { newHost } from "../../../../src/core/domain/state/watched.ts";
import { after, isoInstant, hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aLink, aSignal, jane, vmId } from "../../../memory/samples.ts";
import { listedOf, situation, type Given } from "./situations.ts";

const now = at("2026-11-21T09:00:00Z");
const bastion = aBastion("bas-hub");
const context: WriteContext = {
  ...{ partition: partitionOf(bastion), bastion, policyHash: "p" },
  awaited: [],
  alerts: {},
  channels: ["teams", "mail"],
};
const planned = (given: Partial<Given>, more: Partial<Situation> = {}): Plan =>
  planFor({ ...situation({ now, ...given }), ...more }, context);
const someone = (name: string) => ({ ...jane, objectId: name });
const times = <Item>(count: number, make: (n: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** A second list lacks them. */
const lost = (count: number) => times(count, (n) => aLink(`lost${n}`, { missingSince: after(now, -60_000) }));
/** They and one that is listed, which is jane's: who else reads the list is told. */
const gone = (count: number): Partial<Given> => {
  const open = aLink("open", { allowed: false });
  return { links: [open, ...lost(count)], listed: [listedOf(open)] };
};
/** Due to be warned of, each in an alert of its own: each was made half a minute after the one before, by somebody else. */
const ending = (count: number): readonly TrackedLink[] => {
  const end = after(now, hours(1));
  return times(count, (n) => {
    const createdAt = after(at("2026-11-21T07:00:00Z"), seconds(30 * n));
    const made = { eventId: `made-${n}`, reportedAt: after(createdAt, seconds(2)), correlationId: undefined };
    return aLink(`own${n}`, {
      ...{ vmId: vmId(`vm-${n}`), deadline: end, judgedDeadline: end, noticeSpentUnder: 0 },
      ...{ createdAt, firstSeenAt: after(createdAt, seconds(5)) },
      attribution: { kind: "known", caller: someone(`maker-${n}`), ...made },
    });
  });
};
const entriesOf = (links: readonly TrackedLink[]) =>
  links.map((link) => listedOf(link, isoInstant(link.createdAt)));
/** Each is told with an alert of its own. */
const readers = (count: number): readonly Signal[] =>
  times(count, (n) => aSignal(`read-${n}`, { operation: "read", caller: someone(`reader-${n}`) }));
const kindsIn = ({ decision }: Plan, kind: string) =>
  decision.alerts.filter((alert) => alert.kind === kind).length;

describe("Of a decision that no transaction holds", () => {
  it("signals are left out first, by halves, and no link as long as there are more than twelve", () => {
    const plan = planned({ ...gone(30), watched: { signals: readers(40) } });
    expect([plan.decision.close.length, kindsIn(plan, "links-read")]).toStrictEqual([30, 10]);
  });

  it("links are with them once there are twelve", () => {
    const plan = planned({ ...gone(60), watched: { signals: readers(12) } });
    expect([plan.decision.close.length, kindsIn(plan, "links-read")]).toStrictEqual([30, 6]);
  });

  it("half of the links that are listed stay as they are listed, and none is missing for being left out", () => {
    const plan = planned({ links: ending(120), listed: entriesOf(ending(120)) });
    expect(kindsIn(plan, "expiring")).toBe(60);
    expect(plan.decision.put.map(({ missingSince, status }) => [missingSince, status])).toStrictEqual(
      times(60, () => [undefined, "warned"]),
    );
    expect(plan.decision.close).toStrictEqual([]);
  });

  it("a link that an incomplete list does not show counts as one, and is judged with the others", () => {
    const unseen = aLink("unseen", { allowed: false });
    const links = [unseen, ...ending(100)];
    const plan = planned({ links, listed: entriesOf(links.slice(1)), complete: false });
    expect(plan.decision.put.map(({ linkId, allowed }) => linkId === unseen.linkId && allowed)).toContain(
      true,
    );
  });

  it("a link that an entry without a URL may be is left out, for the part may lack that entry", () => {
    const hole = (name: string): ListedLink => ({
      ...{ linkId: holeIdOf(vmId(name), undefined), vmId: vmId(name) },
      ...{ createdAt: undefined, nativeExpiry: undefined },
    });
    const forbidden = { allowed: false, missingSince: after(now, -minutes(1)) };
    const [first, second] = ["a", "b"].map((name) => aLink(name, { ...forbidden, vmId: vmId("vm-x") }));
    const links = [first, second, ...lost(120)] as readonly TrackedLink[];
    const given = situation({ now, links, listed: [] });
    if (given.observation.kind !== "listed") throw new Error("not listed");
    const listing = { ...given.observation.listing, holes: [hole("vm-y"), hole("vm-x")] };
    const { decision } = planFor({ ...given, observation: { ...given.observation, listing } }, context);
    const named = [...decision.put, ...decision.close.map(({ link }) => link)].map(({ linkId }) => linkId);
    expect(named).not.toContain(second?.linkId);
    expect(decision.close.length).toBeGreaterThan(20);
  });

  it("what was told of signals that are left out stays told", () => {
    const host = { toldMisuses: ["before"], principalId: undefined };
    const plan = planned({ links: lost(120), listed: [], host });
    expect(plan.decision.host.toldMisuses).toStrictEqual(["before"]);
    expect(planned({ links: lost(10), listed: [], host }).decision.host.toldMisuses).toStrictEqual([]);
  });

  it("and of creates that are left out with their links, too", () => {
    const told = times(24, (n) => `create-${n}`);
    const signals = told.map((eventId) => aSignal(eventId));
    const { decision } = planned({
      ...{ links: lost(120), listed: [], host: { toldCreates: told } },
      watched: { signals },
    });
    expect(decision.host.toldCreates).toStrictEqual(told);
  });

  it("47 links that are gone, and a signal, are all told in one: a hundred rows", () => {
    const signals = [aSignal("failed", { operation: "create-failed" })];
    const { commits, decision } = planned({ links: lost(47), listed: [], watched: { signals } });
    expect([commits.length, decision.close.length, commits[0]?.spent.length]).toStrictEqual([1, 47, 1]);
  });
});

describe("The last transaction", () => {
  it("is full with rows that are taken back, signals that go, and marks that go with them", () => {
    const own = times(4, (n): TrackedLink => {
      const vm = vmId(`vm-own-${n}`);
      const linkId = holeIdOf(vm, "2026-11-21T08:00:00Z");
      return aLink(`h${n}`, { linkId, vmId: vm, hole: { since: now, isOwnLife: true } });
    });
    const urls = own.map(({ vmId: vm }, n) => listedOf(aLink(`url${n}`, { vmId: vm })));
    const fresh = times(150, (n) => listedOf(aLink(`new${n}`)));
    const signals = times(5, (n) =>
      aSignal(`write-${n}`, { operation: "host-write", shares: "hour", caller: someone(`writer-${n}`) }),
    );
    const { commits } = planned({ links: own, listed: [...urls, ...fresh], watched: { signals } });
    const last = commits.at(-1);
    const rows = [last?.drop, last?.spent, last?.freed, last?.facts, last?.outbox, last?.put].map(
      (part) => part?.length ?? 0,
    );
    expect(rows.slice(0, 3)).toStrictEqual([4, 5, 5]);
    expect(1 + rows.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(commits.flatMap(({ put }) => put)).toHaveLength(154);
  });

  const spent = (signals: readonly Signal[], eventId?: string) => {
    const host = newHost(bastion.id);
    const fact = {
      at: now,
      kind: "link-seen",
      links: [],
      actor: undefined,
      data: { eventId: eventId ?? "" },
    };
    const facts = eventId === undefined ? [] : [fact as never];
    return commitOf({ host, put: [], close: [], spent: signals, facts, alerts: [] }, context);
  };

  it("takes each signal once, those of its facts first", () => {
    const [a, b] = [aSignal("a"), aSignal("b")];
    expect(spent([a, b], "b").spent).toStrictEqual([b, a]);
  });

  it("takes the mark with a signal whose next one is to be heard, and no other", () => {
    const write = aSignal("write", { operation: "host-write", shares: "hour" });
    expect(spent([aSignal("a"), write]).freed).toStrictEqual([write]);
    expect(spent([aSignal("a")])).not.toHaveProperty("freed");
  });
});

it("An alert that waits for its acknowledgement falls back to nothing where its rule names nothing", () => {
  const alerts = [{ kind: "created", severity: "high", at: now } as const];
  const decision = { host: newHost(bastion.id), put: [], close: [], spent: [], facts: [], alerts };
  const { host } = commitOf(decision, { ...context, acknowledgeWithin: minutes(15) });
  expect(host.awaited.map(({ fallback }) => fallback)).toStrictEqual([[]]);
});
