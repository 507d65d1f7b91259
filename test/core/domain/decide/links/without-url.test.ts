import { describe, expect, it } from "vitest";
import { holesAfter, underItsUrl, withoutUrl } from "../../../../../src/core/domain/decide/links/holes.ts";
import { revocationOf } from "../../../../../src/core/domain/decide/links/revocation.ts";
import {
  holeIdOf,
  noLinks,
  type LinkId,
  type ListedLink,
  type PastLink,
  type TrackedLink,
} from "../../../../../src/core/domain/links/link.ts";
import type { OwnDelete } from "../../../../../src/core/domain/links/own-deletes.ts";
import { after, seconds, type Milliseconds } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, anIntent, vmId } from "../../../../memory/samples.ts";
import { listedOf, situation, type Given } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");
const hole = (name: string, createdAt: string | undefined = "2026-11-21T08:00:00Z"): ListedLink => ({
  linkId: holeIdOf(vmId(name), createdAt),
  vmId: vmId(name),
  createdAt,
  nativeExpiry: undefined,
});
const [first, second] = [hole("vm-1"), hole("vm-2")];

describe("A link that is listed without its URL", () => {
  const since = at("2026-11-21T08:30:00Z");

  it("is the same link, without a URL since it was first listed so", () => {
    const link = aLink("a");
    expect(withoutUrl(link, now)).toStrictEqual({ ...link, hole: { since: now, isOwnLife: false } });
    const before = { ...link, hole: { since, isOwnLife: true } };
    expect(withoutUrl(before, now)).toStrictEqual(before);
  });

  const past = (linkId: LinkId, life: number): PastLink => ({
    ...{ linkId, life, vmKey: "vm", openedAt: since, closedAt: since, closedBy: "deleted-by-other" },
    ...{ madeAfter: since, creates: [], told: [] },
  });
  it.each<[string, number, readonly PastLink[], number]>([
    ["that had no life before", 1, [], 1],
    ["that had two", 1, [past(anId("url"), 2), past(anId("url"), 1)], 3],
    ["while another had seven", 1, [past(anId("other"), 7)], 1],
    ["that had fewer than it", 5, [past(anId("url"), 2)], 5],
  ])("goes on under the ID of its URL, %s: from life %i", (_, life, before, later) => {
    const link = aLink("a", { life });
    expect(underItsUrl(link, anId("url"), before)).toStrictEqual({
      ...link,
      linkId: anId("url"),
      life: later,
    });
  });
});

describe("Entries without a URL that no link is remembered for", () => {
  const looked = (newHoles: readonly ListedLink[], given: Partial<Given> = {}, isPart?: boolean) =>
    holesAfter(newHoles, { ...situation({ now, listed: [], ...given }), isPart });
  const { checkedAt: absentAt } = situation({ now, listed: [] }).host;
  const seen = ({ linkId }: ListedLink, ago: Milliseconds) => ({ linkId, since: after(now, -ago), absentAt });

  it("wait for a second list, thirty seconds later", () => {
    expect(looked([first, second])).toStrictEqual({
      lasting: [],
      waiting: [seen(first, 0), seen(second, 0)],
      looks: [after(now, seconds(30)), after(now, seconds(30))],
    });
  });

  it.each<[Milliseconds, boolean]>([
    [seconds(30) - 1, false],
    [seconds(30), true],
    [seconds(300), true],
  ])("for %i ms are links of their own: %s", (ago, isLasting) => {
    const { lasting, waiting } = looked([first], {
      host: { newHoles: [seen(second, 99_000), seen(first, ago)] },
    });
    expect([lasting, waiting]).toStrictEqual(isLasting ? [[first], []] : [[], [seen(first, ago)]]);
  });

  it("are looked for again in a second at the soonest", () => {
    expect(looked([first], { host: { newHoles: [seen(first, seconds(29.5))] } }).looks).toStrictEqual([
      after(now, seconds(1)),
    ]);
  });

  it("count from when the list began, not from when it had come", () => {
    const startedAt = after(now, -seconds(20));
    const observation = { kind: "listed", listing: noLinks, startedAt, featureOn: undefined } as const;
    expect(looked([first], { observation }).waiting).toStrictEqual([seen(first, seconds(20))]);
    expect(
      looked([first], { observation, host: { newHoles: [seen(first, seconds(40))] } }).lasting,
    ).toStrictEqual([]);
  });

  it("keep which list was the last without them: what comes of one may have been made since then", () => {
    const host = { newHoles: [seen(first, seconds(20))], checkedAt: after(now, -seconds(10)) };
    expect(looked([first, second], { host }).waiting).toStrictEqual([
      seen(first, seconds(20)),
      { ...seen(second, 0), absentAt: host.checkedAt },
    ]);
  });

  it("are forgotten when a complete list lacks them, and by no other", () => {
    const host = { newHoles: [seen(first, seconds(5)), seen(second, seconds(7))] };
    expect(looked([second], { host }).waiting).toStrictEqual([seen(second, seconds(7))]);
    const both = [seen(second, seconds(7)), seen(first, seconds(5))];
    expect(looked([second], { host, complete: false }).waiting).toStrictEqual(both);
    expect(looked([second], { host }, true).waiting).toStrictEqual(both);
    expect(looked([second], { host, observation: { kind: "not-looked" } })).toStrictEqual({
      lasting: [],
      waiting: host.newHoles,
      looks: [],
    });
  });
});

describe("How links are deleted", () => {
  const [ask, older, oldest] = ["ask", "older", "oldest"];
  const deletes = (...answers: readonly (readonly [string, OwnDelete["answer"]])[]) => ({
    ownDeletes: answers.map(([correlationId, answer]) => ({ correlationId, at: now, answer, vmKeys: [] })),
  });
  const tried = (...correlationIds: string[]): TrackedLink =>
    aLink("a", { status: "revoking", intent: anIntent({ correlationIds }) });
  const byToken = (link: TrackedLink, host: ReturnType<typeof deletes>, listed = [listedOf(link)]) =>
    revocationOf({ revoke: [link.linkId], asked: [link], host }, { ...noLinks, links: listed }, now);

  it.each<[string, TrackedLink, ReturnType<typeof deletes>, boolean]>([
    ["the first time", tried(ask), deletes([ask, undefined]), true],
    ["after one that was accepted", tried(older, ask), deletes([ask, undefined], [older, "accepted"]), true],
    [
      "after two that were accepted",
      tried(oldest, older, ask),
      deletes([ask, undefined], [older, "accepted"], [oldest, "accepted"]),
      false,
    ],
    [
      "after two without a known answer",
      tried(oldest, older, ask),
      deletes([ask, undefined], [older, undefined], [oldest, undefined]),
      false,
    ],
    ["after two that nobody remembers", tried(oldest, older, ask), deletes([ask, undefined]), false],
    [
      "after two of which one was refused",
      tried(oldest, older, ask),
      deletes([ask, undefined], [older, "refused"], [oldest, "accepted"]),
      true,
    ],
  ])("%s: by token", (_, link, host, isByToken) => {
    const { linkId } = link;
    expect(byToken(link, host)).toMatchObject({
      byToken: isByToken ? [linkId] : [],
      byVm: isByToken ? [] : [{ linkId, vmId: link.vmId }],
      correlationId: ask,
    });
  });

  it("by token where the list at hand has one among others, and nothing was tried before", () => {
    const link = aLink("a");
    const listed = [listedOf(aLink("b")), listedOf(link)];
    expect(byToken(link, deletes(), listed)).toMatchObject({ byToken: [link.linkId], byVm: [] });
  });

  it("by VM where the list at hand brought no token, and only those that are to go now", () => {
    const [link, other] = [aLink("a"), aLink("other", { vmId: vmId("vm-2") })];
    const revoke = [link.linkId];
    const revocation = revocationOf(
      { revoke, asked: [link, other], host: deletes() },
      { ...noLinks, links: [listedOf(other)] },
      now,
    );
    expect(revocation).toMatchObject({ byToken: [], byVm: [{ linkId: link.linkId, vmId: link.vmId }] });
    expect(revocation.correlationId).toBeUndefined();
  });

  it("lets go with the VM what was asked to go, by its ID or by its date, and nothing else", () => {
    const link = aLink("a", { vmId: vmId("vm-1"), createdAt: at("2026-11-21T08:00:00Z") });
    const own = aLink("own", { vmId: vmId("vm-2"), hole: { since: now, isOwnLife: true } });
    const { mayGo } = revocationOf(
      { revoke: [link.linkId], asked: [own, link], host: deletes() },
      { ...noLinks, links: [] },
      now,
    );
    expect([listedOf(link), first, hole("vm-1", "2026-11-21T08:00:03Z")].map(mayGo)).toStrictEqual([
      true,
      true,
      true,
    ]);
    const others = [listedOf(aLink("b")), hole("vm-1", "2026-11-21T08:00:04Z"), hole("vm-3"), listedOf(own)];
    expect(others.map(mayGo)).toStrictEqual([false, false, false, false]);
  });
});
